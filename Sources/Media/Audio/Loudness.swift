import CEbur128
import Glibc

/// How loud a sound is, by EBU R 128; one channel counts as played on both sides.
package struct Loudness: Hashable, Sendable {
    /// In LUFS; `nil` where there is nothing but silence.
    package let integrated: Double?
    /// In dBTP: the highest level between the samples too; minus infinity for silence.
    package let truePeak: Double

    package init(integrated: Double?, truePeak: Double) {
        self.integrated = integrated
        self.truePeak = truePeak
    }

    /// Measures a whole sound.
    ///
    /// The standard counts blocks of 0.4 s; a sound that is shorter is measured as if it were repeated.
    /// - Throws: `SpeechError` with `.badAudio` for a rate or a number of channels that cannot be measured.
    package init(of sound: PCM) throws(SpeechError) {
        let wholeBlock = sound.sampleRate / 2
        let measured =
            sound.frameCount < wholeBlock && !sound.isEmpty
            ? PCM(sampleRate: sound.sampleRate, channels: sound.channels.map { Loudness.repeated($0, wholeBlock) })
            : sound
        var meter = try LoudnessMeter(channelCount: sound.channelCount, sampleRate: sound.sampleRate)
        try meter.add(measured)
        self.init(integrated: meter.integrated, truePeak: meter.truePeak)
    }

    private static func repeated(_ samples: [Float], _ count: Int) -> [Float] {
        (0..<count).map { samples[$0 % samples.count] }
    }
}

/// The library's meter, which goes away with its owner.
private struct LoudnessMeter: ~Copyable {
    private var state: UnsafeMutablePointer<ebur128_state>?
    private let channelCount: Int

    init(channelCount: Int, sampleRate: Int) throws(SpeechError) {
        let mode = Int32(EBUR128_MODE_I.rawValue | EBUR128_MODE_TRUE_PEAK.rawValue)
        guard let state = ebur128_init(UInt32(channelCount), UInt(sampleRate), mode) else {
            throw SpeechError(.badAudio, "audio: \(channelCount) channels at \(sampleRate) Hz cannot be measured")
        }
        self.state = state
        self.channelCount = channelCount
        // The station plays one channel on both sides, which is 3 LU louder than on one.
        if channelCount == 1 { ebur128_set_channel(state, 0, Int32(EBUR128_DUAL_MONO.rawValue)) }
    }

    deinit {
        var state = state
        ebur128_destroy(&state)
    }

    mutating func add(_ sound: PCM) throws(SpeechError) {
        let code = sound.interleaved.withUnsafeBufferPointer {
            ebur128_add_frames_float(state, $0.baseAddress, sound.frameCount)
        }
        guard code == Int32(EBUR128_SUCCESS.rawValue) else {
            throw SpeechError(.badAudio, "audio: its loudness cannot be measured (\(code))")
        }
    }

    var integrated: Double? {
        var value = 0.0
        guard ebur128_loudness_global(state, &value) == Int32(EBUR128_SUCCESS.rawValue), value.isFinite else {
            return nil
        }
        return value
    }

    var truePeak: Double {
        var highest = 0.0
        for channel in 0..<channelCount {
            var value = 0.0
            if ebur128_true_peak(state, UInt32(channel), &value) == Int32(EBUR128_SUCCESS.rawValue) {
                highest = max(highest, value)
            }
        }
        return Decibels.level(highest)
    }
}
