import Glibc

/// Turns sound of one rate into sound of another.
///
/// A polyphase filter: a sinc in a Kaiser window, which lets through all but the topmost sixth below the lower of the two
/// Nyquist frequencies, and holds what lies above it below -80 dB.
struct Resampler: Sendable {
    /// By how much the rate grows, as a fraction without common divisors.
    private let up: Int
    private let down: Int
    /// A multiple of four.
    private let tapCount: Int
    /// One row of taps after the other, for each place between two samples.
    private let taps: [Float]

    /// Of the window; gives about 85 dB.
    private static let beta = 8.5
    /// In samples of the lower rate, on each side.
    private static let reach = 32

    init(from source: Int, to target: Int) {
        let divisor = Resampler.greatestCommonDivisor(source, target)
        up = target / divisor
        down = source / divisor
        // Going down, the filter is as much longer as its frequency is lower.
        let scale = min(1, Double(target) / Double(source))
        let reach = Int((Double(Resampler.reach) / scale / 2).rounded(.up)) * 2
        tapCount = reach * 2
        // The middle of the slope lies so far below Nyquist that the slope ends there.
        let slope = (85.0 - 8) / (2.285 * 2 * .pi) / Double(2 * Resampler.reach)
        let cutoff = scale * (1 - slope)
        var taps = [Float](repeating: 0, count: up * tapCount)
        let window = Resampler.bessel(Resampler.beta)
        for phase in 0..<up {
            var row = [Double](repeating: 0, count: tapCount)
            var sum = 0.0
            for tap in 0..<tapCount {
                let distance = Double(tap - reach + 1) - Double(phase) / Double(up)
                let share = distance / Double(reach)
                guard abs(share) < 1 else { continue }
                let angle = Double.pi * distance * cutoff
                let sinc = angle == 0 ? 1 : sin(angle) / angle
                row[tap] = sinc * Resampler.bessel(Resampler.beta * (1 - share * share).squareRoot()) / window
                sum += row[tap]
            }
            for tap in 0..<tapCount { taps[phase * tapCount + tap] = Float(row[tap] / sum) }
        }
        self.taps = taps
    }

    /// The same sound at the other rate; its length is that of the source, to the next sample.
    func resampled(_ samples: [Float]) -> [Float] {
        guard !samples.isEmpty else { return [] }
        let reach = tapCount / 2
        let padded = [Float](repeating: 0, count: reach) + samples + [Float](repeating: 0, count: reach)
        let count = (samples.count * up + down - 1) / down
        return [Float](unsafeUninitializedCapacity: count) { output, initialized in
            padded.withUnsafeBufferPointer { input in
                taps.withUnsafeBufferPointer { taps in
                    guard let output = output.baseAddress, let input = input.baseAddress, let taps = taps.baseAddress
                    else {
                        return
                    }
                    // Plain pointers and loops: this is most of the work between a voice and the air.
                    var (place, phase, index) = (0, 0, 0)
                    while index < count {
                        let row = taps + phase * tapCount
                        // Tap 0 belongs to the sample `reach - 1` before the place; `reach` zeros stand before the first.
                        let window = input + place + 1
                        // Four sums at a time do not wait for one another.
                        var (first, second, third, fourth): (Float, Float, Float, Float) = (0, 0, 0, 0)
                        var tap = 0
                        while tap < tapCount {
                            first += row[tap] * window[tap]
                            second += row[tap + 1] * window[tap + 1]
                            third += row[tap + 2] * window[tap + 2]
                            fourth += row[tap + 3] * window[tap + 3]
                            tap += 4
                        }
                        output[index] = (first + second) + (third + fourth)
                        phase += down
                        place += phase / up
                        phase %= up
                        index += 1
                    }
                }
            }
            initialized = count
        }
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : greatestCommonDivisor(second, first % second)
    }

    /// The modified Bessel function of the first kind, order 0.
    private static func bessel(_ value: Double) -> Double {
        var (sum, term, index) = (1.0, 1.0, 1.0)
        while term > sum * 1e-14 {
            let factor = value / 2 / index
            term *= factor * factor
            sum += term
            index += 1
        }
        return sum
    }
}

extension PCM {
    /// The same sound at another rate.
    package func resampled(to rate: Int = PCM.stationRate) -> PCM {
        guard rate != sampleRate else { return self }
        let resampler = Resampler.shared(from: sampleRate, to: rate)
        return PCM(sampleRate: rate, channels: channels.map(resampler.resampled))
    }
}
