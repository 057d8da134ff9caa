import Glibc

/// The sound of a room, after Schroeder: four echoes beside each other that die away, then two that blur them.
struct Reverb {
    private let seconds: Double
    private let share: Float
    private let damping: Float
    private let rate: Double

    /// Lengths that have no common divisor, in seconds.
    private static let combs = [0.0297, 0.0371, 0.0411, 0.0437]
    private static let blurs = [0.005, 0.0017]
    private static let blurGain: Float = 0.7

    /// - Parameters:
    ///   - seconds: until it has died away by 60 dB, and how much is added to the sound.
    ///   - share: how much of the room is heard beside the voice itself, 0 to 1.
    ///   - damping: how much faster its highs die away, 0 to 1.
    ///   - rate: samples per second.
    init(seconds: Double, share: Float, damping: Float, rate: Double) {
        self.seconds = seconds
        self.share = share
        self.damping = damping
        self.rate = rate
    }

    func process(_ samples: inout [Float]) {
        samples += [Float](repeating: 0, count: Int(seconds * rate))
        var room = [Float](repeating: 0, count: samples.count)
        for length in Reverb.combs { add(echoes(of: samples, every: length), to: &room) }
        for length in Reverb.blurs { blur(&room, length) }
        for index in samples.indices { samples[index] = (1 - share) * samples[index] + share * room[index] }
    }

    private func add(_ echoes: [Float], to room: inout [Float]) {
        let scale = 1 / Float(Reverb.combs.count)
        for index in room.indices { room[index] += scale * echoes[index] }
    }

    private func echoes(of samples: [Float], every length: Double) -> [Float] {
        let gain = Float(pow(10, -3 * length / seconds))
        var line = [Float](repeating: 0, count: max(1, Int(length * rate)))
        var (place, filtered): (Int, Float) = (0, 0)
        return samples.map { sample in
            let delayed = line[place]
            filtered = (1 - damping) * delayed + damping * filtered
            line[place] = sample + gain * filtered
            place = (place + 1) % line.count
            return delayed
        }
    }

    private func blur(_ samples: inout [Float], _ length: Double) {
        var line = [Float](repeating: 0, count: max(1, Int(length * rate)))
        var place = 0
        for index in samples.indices {
            let delayed = line[place]
            let mixed = samples[index] + Reverb.blurGain * delayed
            samples[index] = delayed - Reverb.blurGain * mixed
            line[place] = mixed
            place = (place + 1) % line.count
        }
    }
}
