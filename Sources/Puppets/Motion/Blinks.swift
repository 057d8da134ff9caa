import Glibc

/// When eyes are closed: every 2 to 6 seconds, some twice, and often where a sentence ends.
struct Blinks: Hashable, Sendable {
    let noise: SeededNoise

    private enum Channel {
        static let time: UInt64 = 1
        static let double: UInt64 = 2
        static let sentence: UInt64 = 3
    }

    /// One blink in each slot, within its first half: gaps are 2 to 6 seconds.
    private static let slotSeconds = 4.0
    /// Down, shut, and up again: 150 ms in all.
    private static let (down, shut, up) = (0.055, 0.02, 0.075)
    private static let doubleAfter = 0.26

    /// How far lids are closed: 0 to 1.
    func lids(at seconds: Double, _ voice: VoiceTrack) -> Double {
        let slot = (seconds / Blinks.slotSeconds).rounded(.down)
        guard let index = Int64(exactly: slot) else { return 0 }
        let ends = voice.ends(in: seconds - 2...seconds + 1).map(blink(after:))
        var most = 0.0
        for time in ends.compactMap({ $0 }) { most = max(most, Blinks.course(seconds - time)) }
        for index in [index - 1, index] {
            let time = start(index)
            // Where a sentence's end has one, that will do.
            if voice.ends(in: time - 1...time + 1).contains(where: { blink(after: $0) != nil }) { continue }
            most = max(most, Blinks.course(seconds - time))
            if noise.value(Channel.double, index) < 0.16 {
                most = max(most, Blinks.course(seconds - time - Blinks.doubleAfter))
            }
        }
        return most
    }

    /// When a slot's blink begins.
    func start(_ index: Int64) -> Double {
        (Double(index) + noise.value(Channel.time, index) / 2) * Blinks.slotSeconds
    }

    /// Two of three sentences end with a blink.
    private func blink(after sentence: VoiceTrack.Sentence) -> Double? {
        let index = Int64((sentence.end * 1000).rounded())
        guard noise.value(Channel.sentence, index) < 0.66 else { return nil }
        return sentence.end + 0.04 + 0.12 * noise.value(Channel.time, index)
    }

    private static func course(_ time: Double) -> Double {
        switch time {
        case ..<0: 0
        case ..<down: Curve.smooth(time / down)
        case ..<(down + shut): 1
        default: 1 - Curve.smooth((time - down - shut) / up)
        }
    }
}
