import Glibc

/// Courses of movements.
enum Curve {
    /// From 0 to 1, gently at both ends.
    static func smooth(_ share: Double) -> Double {
        let share = min(max(0, share), 1)
        return share * share * (3 - 2 * share)
    }

    /// From 0 up to 1 and back, over a share from 0 to 1.
    static func bump(_ share: Double) -> Double {
        guard share > 0, share < 1 else { return 0 }
        return 0.5 - 0.5 * cos(2 * .pi * share)
    }

    /// A breath: in for 1.2 seconds, held for 0.5, out for 1.0.
    static func breath(_ seconds: Double) -> Double {
        let time = seconds - (seconds / breathSeconds).rounded(.down) * breathSeconds
        return time < 1.7 ? smooth(time / 1.2) : 1 - smooth(time - 1.7)
    }

    static let breathSeconds = 2.7
}
