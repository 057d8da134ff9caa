import CEspeak
import SpeechWire

/// Why espeak-ng has said nothing, in words for people.
struct SynthesisFailure: Error {
    let message: String
}

/// espeak-ng, of which a process has one.
///
/// It answers through a function without a context, so what it says is gathered in the one place there is. Only the main
/// thread of the program comes here.
struct Synthesis {
    private let sampleRate: Int

    /// Longer speech is broken off, in seconds.
    private static let secondsMax = 600

    init() throws(SynthesisFailure) {
        let options = espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_DONT_EXIT
        let rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 200, nil, options)
        guard rate > 0 else {
            throw SynthesisFailure(message: "espeak-ng has no data: apt-get install espeak-ng-data")
        }
        sampleRate = Int(rate)
        espeak_SetSynthCallback { samples, count, events in Synthesis.take(samples, count, events) }
    }

    /// Says a text.
    ///
    /// - Parameters:
    ///   - order: what, and how.
    ///   - onSamples: hears 16-bit samples as they come.
    /// - Returns: when which word and phone began.
    /// - Throws: `SynthesisFailure` when there is no such voice, or the library fails.
    func say(_ order: SpeechOrder, onSamples: @escaping ([UInt8]) -> Void) throws(SynthesisFailure) -> SpeechReport {
        guard espeak_SetVoiceByName(order.voice) == EE_OK else {
            throw SynthesisFailure(message: "voice: espeak-ng has no voice \(order.voice)")
        }
        espeak_SetParameter(espeakRATE, Int32(order.rate), 0)
        espeak_SetParameter(espeakPITCH, Int32(order.pitch), 0)
        let said = Said(samplesMax: sampleRate * Self.secondsMax, onSamples: onSamples)
        Self.current = said
        defer { Self.current = nil }
        let code = order.text.withCString { text in
            espeak_Synth(text, order.text.utf8.count + 1, 0, POS_CHARACTER, 0, UInt32(espeakCHARS_UTF8), nil, nil)
        }
        guard code == EE_OK, espeak_Synchronize() == EE_OK else {
            throw SynthesisFailure(message: "espeak-ng failed with code \(code.rawValue)")
        }
        guard said.sampleCount <= said.samplesMax else {
            throw SynthesisFailure(message: "text: it takes longer than \(Self.secondsMax) seconds")
        }
        return SpeechReport(
            sampleRate: sampleRate,
            sampleCount: said.sampleCount,
            words: said.words,
            phones: said.phones
        )
    }

    /// What has been said of the order under way.
    private final class Said {
        let samplesMax: Int
        let onSamples: ([UInt8]) -> Void
        var sampleCount = 0
        var words: [SpeechReport.Onset] = []
        var phones: [SpeechReport.Onset] = []

        init(samplesMax: Int, onSamples: @escaping ([UInt8]) -> Void) {
            self.samplesMax = samplesMax
            self.onSamples = onSamples
        }
    }

    /// Set while an order is under way; the library calls back on the thread that called it, the only one there is.
    nonisolated(unsafe) private static var current: Said?

    /// - Returns: 0 to go on, 1 to break off.
    private static func take(
        _ samples: UnsafeMutablePointer<Int16>?,
        _ count: Int32,
        _ events: UnsafeMutablePointer<espeak_EVENT>?
    ) -> Int32 {
        guard let said = current else { return 1 }
        var event = events
        while let pointer = event, pointer.pointee.type != espeakEVENT_LIST_TERMINATED {
            note(pointer.pointee, said)
            event = pointer + 1
        }
        guard let samples, count > 0 else { return 0 }
        said.sampleCount += Int(count)
        guard said.sampleCount <= said.samplesMax else { return 1 }
        said.onSamples(Array(UnsafeRawBufferPointer(start: samples, count: Int(count) * 2)))
        return 0
    }

    private static func note(_ event: espeak_EVENT, _ said: Said) {
        let sample = Int(event.sample)
        switch event.type {
        case espeakEVENT_WORD:
            // Positions count from 1.
            let position = Int(event.text_position) - 1
            said.words.append(SpeechReport.Onset(sample: sample, position: max(0, position), length: Int(event.length)))
        case espeakEVENT_PHONEME:
            let name = withUnsafeBytes(of: event.id.string) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            said.phones.append(SpeechReport.Onset(sample: sample, name: name))
        default: break
        }
    }
}
