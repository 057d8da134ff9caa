import CEbur128

/// Loudness by EBU R 128, measured by libebur128; for one thread at a time.
package final class LoudnessMeter: @unchecked Sendable {
    // Proof for `@unchecked`: whoever makes it hands it to the one thread that uses it from then on.
    private let state: UnsafeMutablePointer<ebur128_state>
    private let channels: Int

    /// What is to be known.
    package enum Purpose: Sendable {
        /// Of a programme without end: momentary, short-term and integrated loudness.
        ///
        /// Memory is taken when it is made and not after: the integrated value comes from a histogram and not from a list.
        case programme
        /// Of a sound that is there as a whole: integrated loudness and true peak.
        case whole

        fileprivate var mode: Int32 {
            switch self {
            case .programme:
                Int32(EBUR128_MODE_I.rawValue | EBUR128_MODE_S.rawValue | EBUR128_MODE_HISTOGRAM.rawValue)
            case .whole: Int32(EBUR128_MODE_I.rawValue | EBUR128_MODE_TRUE_PEAK.rawValue)
            }
        }
    }

    /// - Parameters:
    ///   - purpose: what is to be known.
    ///   - channels: one, which counts as played on both sides, or more.
    ///   - sampleRate: samples per second.
    /// - Throws: `LoudnessError` for what cannot be measured, or without memory.
    package init(
        _ purpose: Purpose,
        channels: Int = AudioFormat.channels,
        sampleRate: Int = AudioFormat.sampleRate
    ) throws(LoudnessError) {
        guard let made = ebur128_init(UInt32(channels), UInt(sampleRate), purpose.mode) else {
            throw LoudnessError("\(channels) channels at \(sampleRate) Hz cannot be measured")
        }
        state = made
        self.channels = channels
        // One channel is played on both sides, which is 3 LU louder than on one.
        if channels == 1 { ebur128_set_channel(state, 0, Int32(EBUR128_DUAL_MONO.rawValue)) }
    }

    deinit {
        var state: UnsafeMutablePointer<ebur128_state>? = state
        ebur128_destroy(&state)
    }

    /// Takes interleaved sound, of whole samples.
    ///
    /// - Returns: whether it was measured: a whole sound is not when memory is gone; a programme needs none.
    @discardableResult
    package func measure(_ samples: UnsafeBufferPointer<Float>) -> Bool {
        guard let start = samples.baseAddress else { return true }
        return ebur128_add_frames_float(state, start, samples.count / channels) == Int32(EBUR128_SUCCESS.rawValue)
    }

    /// Of the last 400 ms, in LUFS.
    ///
    /// All three are `nil` while there is nothing to measure, as in silence.
    package var momentary: Double? { value(ebur128_loudness_momentary) }
    /// Of the last 3 s.
    package var shortTerm: Double? { value(ebur128_loudness_shortterm) }
    /// Since it was made, without the quiet parts (gated).
    package var integrated: Double? { value(ebur128_loudness_global) }

    /// The highest level between the samples too, as a factor; 0 for silence.
    package var truePeak: Double {
        var highest = 0.0
        for channel in 0..<channels {
            var value = 0.0
            if ebur128_true_peak(state, UInt32(channel), &value) == Int32(EBUR128_SUCCESS.rawValue) {
                highest = max(highest, value)
            }
        }
        return highest
    }

    private func value(
        _ read: (UnsafeMutablePointer<ebur128_state>?, UnsafeMutablePointer<Double>?) -> Int32
    ) -> Double? {
        var result = 0.0
        guard read(state, &result) == Int32(EBUR128_SUCCESS.rawValue), result.isFinite else { return nil }
        return result
    }
}

/// Loudness cannot be measured.
package struct LoudnessError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
