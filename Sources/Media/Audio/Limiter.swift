import Glibc

/// Keeps peaks below a ceiling by turning the sound down a little before they come.
///
/// The gain is the lowest that any sample within the look-ahead needs, recovers slowly, and is averaged over the
/// look-ahead: it never jumps, and never comes too late.
struct Limiter: Sendable {
    /// The highest sample, as an amplitude.
    let ceiling: Float
    private let lookAhead: Int
    /// The part of the way back to full gain that is gone in one sample.
    private let release: Float

    init(ceilingDecibels: Double, sampleRate: Int) {
        ceiling = Float(Decibels.amplitude(ceilingDecibels))
        lookAhead = max(1, sampleRate * 5 / 1000)
        release = Float(1 - exp(-1 / (0.06 * Double(sampleRate))))
    }

    /// All channels get the same gain, so that nothing wanders between left and right.
    func limited(_ sound: PCM) -> PCM {
        guard !sound.isEmpty else { return sound }
        let gain = smoothed(lowestAhead(needed(sound)))
        var sound = sound
        sound.withSamples { _, samples in
            var index = 0
            while index < samples.count {
                samples[index] *= gain[index]
                index += 1
            }
        }
        return sound
    }

    private func needed(_ sound: PCM) -> [Float] {
        var needed = [Float](repeating: 1, count: sound.frameCount)
        for channel in sound.channels {
            for (index, sample) in channel.enumerated() where abs(sample) > ceiling {
                needed[index] = min(needed[index], ceiling / abs(sample))
            }
        }
        return needed
    }

    /// For each sample the lowest value from it to the end of the look-ahead.
    private func lowestAhead(_ values: [Float]) -> [Float] {
        var lowest = values
        // Places whose values grow; the first is the lowest of the window.
        var (places, head) = ([Int](), 0)
        for index in values.indices.reversed() {
            while places.count > head, let last = places.last, values[last] >= values[index] { places.removeLast() }
            places.append(index)
            while places[head] > index + lookAhead { head += 1 }
            lowest[index] = values[places[head]]
        }
        return lowest
    }

    private func smoothed(_ values: [Float]) -> [Float] {
        var envelope = values
        var current: Float = 1
        for index in values.indices {
            current = min(values[index], current + (1 - current) * release)
            envelope[index] = current
        }
        var average = envelope
        // In double precision: a sum that only ever grows and shrinks must not drift.
        var sum = Double(lookAhead + 1)
        for index in envelope.indices {
            sum += Double(envelope[index])
            sum -= index > lookAhead ? Double(envelope[index - lookAhead - 1]) : 1
            average[index] = Float(sum / Double(lookAhead + 1))
        }
        return average
    }
}
