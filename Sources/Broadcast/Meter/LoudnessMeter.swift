import CEbur128
import Glibc
import Sound

/// Loudness by EBU R 128, measured by libebur128; belongs to one thread.
///
/// Memory is taken when it is made and not after: the integrated value comes from a histogram and not from a list.
final class LoudnessMeter: @unchecked Sendable {
    // Proof for `@unchecked`: made by one thread and handed to the meter's thread, which alone uses it from then on.
    private let state: UnsafeMutablePointer<ebur128_state>

    /// - Throws: `LoudnessError` when there is no memory.
    init() throws(LoudnessError) {
        let mode = Int32(EBUR128_MODE_I.rawValue | EBUR128_MODE_S.rawValue | EBUR128_MODE_HISTOGRAM.rawValue)
        let made = ebur128_init(UInt32(AudioFormat.channels), UInt(AudioFormat.sampleRate), mode)
        guard let made else { throw LoudnessError() }
        state = made
    }

    deinit {
        var state: UnsafeMutablePointer<ebur128_state>? = state
        ebur128_destroy(&state)
    }

    /// Takes interleaved sound, of whole samples.
    func measure(_ samples: UnsafeBufferPointer<Float>) {
        guard let start = samples.baseAddress else { return }
        // It fails only without memory, and takes none here.
        _ = ebur128_add_frames_float(state, start, samples.count / AudioFormat.channels)
    }

    var loudness: Loudness {
        Loudness(
            momentary: value(ebur128_loudness_momentary),
            shortTerm: value(ebur128_loudness_shortterm),
            integrated: value(ebur128_loudness_global)
        )
    }

    private func value(_ read: (UnsafeMutablePointer<ebur128_state>?, UnsafeMutablePointer<Double>?) -> Int32)
        -> Double?
    {
        var result = 0.0
        guard read(state, &result) == 0, result.isFinite else { return nil }
        return result
    }
}

/// Loudness in LUFS; `nil` while there is nothing to measure, as in silence.
package struct Loudness: Hashable, Codable, Sendable {
    /// Of the last 400 ms.
    package var momentary: Double?
    /// Of the last 3 s.
    package var shortTerm: Double?
    /// Since the meter was made, without the quiet parts (gated).
    package var integrated: Double?

    package init(momentary: Double? = nil, shortTerm: Double? = nil, integrated: Double? = nil) {
        self.momentary = momentary
        self.shortTerm = shortTerm
        self.integrated = integrated
    }
}

/// A loudness meter cannot be made.
struct LoudnessError: Error, CustomStringConvertible {
    var description: String { "libebur128 has no memory" }
}

extension Double {
    var logarithm10: Double { log10(self) }
}
