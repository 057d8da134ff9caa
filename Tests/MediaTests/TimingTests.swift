import Foundation
import TestKit
import Testing

@testable import Media

/// How long listeners wait for a voice; only where the machine is quiet, since everything on it takes part.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["CRYPTOCALL_TEST_TIMES"] != nil,
        "times are measured where CRYPTOCALL_TEST_TIMES is set"
    )
)
struct TimingTests {
    #if DEBUG
    /// Filters and loudness take several times as long where nothing is optimised.
    private static let firstSentenceMax = Duration.seconds(1)
    #else
    private static let firstSentenceMax = Duration.milliseconds(150)
    #endif

    private static let text = """
        Bitcoin is at 67,250 dollars, up 3.2 %. Ether follows, and the rest of the market waits for \
        the numbers that come out at 14:30 UTC. Stay with us.
        """

    @Test(.enabled(if: Programs.flite != nil, "flite is not installed"))
    func `the first sentence can be heard within 150 ms`() async throws {
        let chain = VoiceChain([FliteEngine()])
        var times: [Duration] = []
        for _ in 0..<9 {
            let began = ContinuousClock.now
            let first = try await chain.speak(Self.text) { sentences -> Duration in
                for try await _ in sentences { return began.duration(to: .now) }
                return .seconds(60)
            }
            times.append(first)
        }
        times.sort()
        print("measured: text to the first sample, flite slt: median \(times[4]), best \(times[0])")
        #expect(times[4] < Self.firstSentenceMax)
    }

    @Test func `each engine is many times as fast as it speaks`() async throws {
        var engines: [(any SpeechEngine, String)] = [(EspeakEngine(program: try #require(EngineTests.worker)), "en-us")]
        if Programs.flite != nil { engines += ["slt", "rms", "awb", "kal16"].map { (FliteEngine(), $0) } }
        for (engine, voice) in engines {
            let request = try SpeechRequest(
                text: "Ether follows, and the rest of the market waits for the numbers that come out at 14:30 UTC.",
                manner: VoiceManner(voices: [engine.name: voice])
            )
            _ = try await engine.synthesise(request)
            var best = (factor: 0.0, time: Duration.seconds(60))
            for _ in 0..<5 {
                let began = ContinuousClock.now
                let audio = try await engine.synthesise(request)
                let time = began.duration(to: .now)
                if time < best.time { best = (audio.sound.seconds / (time / .seconds(1)), time) }
            }
            print("measured: \(engine.name) \(voice): \(best.time), \(best.factor.rounded()) times real time")
            #expect(best.factor > 4)
        }
    }

    @Test func `each step takes its share`() throws {
        let clock = ContinuousClock()
        let sound = AudioTests.sine(200, seconds: 5, rate: 16_000, level: -20)
        _ = sound.resampled()
        var resampled = sound
        let first = clock.measure { resampled = sound.resampled() }
        var trimmed = resampled
        let second = clock.measure { trimmed = resampled.trimmed().sound }
        let third = try clock.measure { _ = try trimmed.normalised() }
        let fourth = clock.measure { _ = WAV.file(trimmed) }
        let fifth = clock.measure { _ = SpokenForm(Self.text, engine: "flite") }
        print(
            "measured: 5 s of sound: resampling \(first), trimming \(second), loudness \(third), file \(fourth); words \(fifth)"
        )
        #expect(first + second + third < .seconds(2))
    }
}
