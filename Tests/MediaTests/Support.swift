import Bus
import Glibc
import Threading

@testable import Media

/// Says any sentence as a short tone, or fails, or waits: what a chain is tested with.
final class FakeEngine: SpeechEngine {
    enum Manner: Sendable {
        case says
        case fails(SpeechError)
        /// Until it is given up.
        case hangs
    }

    private struct State {
        var manner: Manner
        var texts: [String] = []
        var given: Int?
    }

    let name: String
    private let state: Mutex<State>
    private let languages: Set<String>
    private let availabilityText: String?
    /// Rings when it is asked.
    let asked = Bell()

    init(_ name: String, _ manner: Manner = .says, languages: Set<String> = ["en"], unavailable: String? = nil) {
        self.name = name
        state = Mutex(State(manner: manner))
        self.languages = languages
        availabilityText = unavailable
    }

    var texts: [String] { state.withLock { $0.texts } }
    func become(_ manner: Manner) { state.withLock { $0.manner = manner } }

    func speaks(_ language: String) -> Bool { languages.contains(language) }
    func availability() async -> SpeechAvailability {
        availabilityText.map(SpeechAvailability.unavailable) ?? .available
    }
    func fingerprint(of request: SpeechRequest) -> String { "\(request.manner.speed) \(request.manner.pitch)" }

    func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
        let manner = state.withLock { state in
            state.texts.append(request.text)
            return state.manner
        }
        asked.ring()
        switch manner {
        case .says: return FakeEngine.audio(request.text, engine: name)
        case .fails(let error): throw error
        case .hangs:
            try? await ContinuousClock().sleep(for: .seconds(600))
            throw SpeechError(.cancelled, "\(name): given up")
        }
    }

    static func audio(_ text: String, engine: String = "fake", frames: Int = 480) -> SpokenAudio {
        let samples = (0..<frames).map { Float(Int(sin(Double($0) / 10) * 8_000)) / 32_768 }
        let end = Double(frames) / 48_000
        return SpokenAudio(
            sound: PCM(channels: [samples]),
            words: [WordTime(text: text, range: 0..<text.utf8.count, start: 0, end: end, isEstimated: true)],
            phones: [
                PhoneTime(name: "A@", arpabet: ["AA", "R"], start: 0, end: end, isPause: false),
                PhoneTime(name: "_", arpabet: [], start: end, end: end, isPause: true),
            ],
            engine: engine,
            voice: "v",
            loudness: -16.25
        )
    }
}
