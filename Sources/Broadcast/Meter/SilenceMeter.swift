import Glibc
import Sound

/// Level and silence of the programme, by windows of 100 ms; pure.
package struct SilenceMeter: Hashable, Sendable {
    /// Samples in a window.
    package static let windowSamples = AudioFormat.sampleRate / 10
    /// The level of digital silence, for which there is no logarithm.
    package static let floor = -120.0

    /// Quieter than this is silence, in dB below full scale.
    package let threshold: Double
    /// The last window's level and its loudest sample, in dB below full scale.
    package private(set) var level = floor
    package private(set) var peak = floor
    private var silentSamples: Int64 = 0
    private var longestSilentSamples: Int64 = 0
    package private(set) var measuredSamples: Int64 = 0

    private var squares = 0.0
    private var largest: Float = 0
    private var windowFill = 0

    package init(threshold: Double = -50) { self.threshold = threshold }

    /// How long it has been silent, without interruption, until now.
    package var silentFor: Duration { AudioFormat.duration(silentSamples) }
    package var longestSilence: Duration { AudioFormat.duration(longestSilentSamples) }

    /// Takes interleaved sound, of any number of whole samples.
    package mutating func measure(_ samples: UnsafeBufferPointer<Float>) {
        var index = 0
        while index < samples.count {
            let end = min(samples.count, index + (Self.windowSamples - windowFill) * AudioFormat.channels)
            var (sum, largest) = (Float(0), self.largest)
            for position in index..<end {
                let value = samples[position]
                sum += value * value
                largest = max(largest, abs(value))
            }
            squares += Double(sum)
            self.largest = largest
            windowFill += (end - index) / AudioFormat.channels
            index = end
            if windowFill == Self.windowSamples { endWindow() }
        }
    }

    private mutating func endWindow() {
        let mean = squares / Double(Self.windowSamples * AudioFormat.channels)
        // Half a value is a quarter of the power; what is no number at all is not silence, but nobody hears it either.
        level = Self.decibels(power: mean)
        peak = Self.decibels(power: Double(largest) * Double(largest))
        silentSamples = level < threshold ? silentSamples + Int64(Self.windowSamples) : 0
        longestSilentSamples = max(longestSilentSamples, silentSamples)
        measuredSamples += Int64(Self.windowSamples)
        (squares, largest, windowFill) = (0, 0, 0)
    }

    private static func decibels(power: Double) -> Double {
        guard power.isFinite, power > 0 else { return floor }
        return max(floor, 10 * log10(power))
    }
}
