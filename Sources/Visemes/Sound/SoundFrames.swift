import Glibc

/// How loud the bands of speech are, a hundred times a second.
struct SoundFrames: Sendable {
    /// Samples from one frame to the next: 10 ms.
    static let hop = MouthTime.milliseconds(10)

    /// One moment, in decibels below full scale.
    struct Frame: Hashable, Sendable {
        /// 100 to 400 Hz, the voice itself.
        var voice: Float
        /// 400 to 900 Hz.
        var first: Float
        /// 900 to 1800 Hz.
        var second: Float
        /// 1800 to 3200 Hz.
        var third: Float
        /// 3200 to 7900 Hz, where hissing is.
        var hiss: Float

        /// What gets out of an open mouth: above the hum that is heard through closed lips.
        var mouth: Float { max(first, second, third) }
        var loudest: Float { max(voice, mouth, hiss) }
    }

    let frames: [Frame]
    /// The loudest `mouth` within 400 ms of each frame.
    let peaks: [Float]
    /// Whether each frame is above the silence around it.
    let isHeard: [Bool]

    private static let thinning = 3
    /// What is below is silence in any room.
    private static let silence: Float = -60

    /// - Parameter samples: one channel at the station's rate.
    init(_ samples: [Float]) {
        frames = Self.frames(of: Self.thinned(samples), count: (samples.count + Self.hop - 1) / Self.hop)
        peaks = Self.largest(frames.map(\.mouth), within: 40)
        let loudest = frames.map(\.loudest)
        let loud = Self.largest(loudest, within: 150)
        let soft = Self.largest(loudest.map { -$0 }, within: 150).map { -$0 }
        isHeard = loudest.indices.map { place in
            // Where somebody speaks for longer than the window there is no silence in it to be learned from.
            let floor = min(soft[place], loud[place] - 20)
            return loudest[place] > max(floor + 10, loud[place] - 40, Self.silence)
        }
    }

    /// A third of the samples: there is nothing in speech above 8 kHz that mouths show.
    private static func thinned(_ samples: [Float]) -> [Float] {
        (0..<samples.count / thinning).map { place in
            let start = place * thinning
            let sum = samples[start] + samples[start + 1] + samples[start + 2]
            // What is no number is no sound.
            return sum.isFinite ? min(max(sum / 3, -4), 4) : 0
        }
    }

    private static func frames(of samples: [Float], count: Int) -> [Frame] {
        var spectrum = Spectrum()
        // Of 62.5 Hz each.
        let bands = [2..<7, 7..<15, 15..<29, 29..<52, 52..<127]
        var powers = [Float](repeating: 0, count: bands.count)
        var frames: [Frame] = []
        frames.reserveCapacity(count)
        for place in 0..<count {
            let middle = place * hop / thinning
            spectrum.powers(of: samples, from: middle - Spectrum.count / 2, bands: bands, into: &powers)
            let levels = powers.map { 10 * log10f($0 + 1e-10) }
            frames.append(
                Frame(voice: levels[0], first: levels[1], second: levels[2], third: levels[3], hiss: levels[4])
            )
        }
        return frames
    }

    /// For each place the largest value near it; each value enters and leaves the row of candidates once.
    private static func largest(_ values: [Float], within reach: Int) -> [Float] {
        var candidates: [Int] = []
        var (head, next) = (0, 0)
        return values.indices.map { place in
            while next < values.count, next <= place + reach {
                while candidates.count > head, values[candidates[candidates.count - 1]] <= values[next] {
                    candidates.removeLast()
                }
                candidates.append(next)
                next += 1
            }
            while candidates[head] < place - reach { head += 1 }
            return values[candidates[head]]
        }
    }
}
