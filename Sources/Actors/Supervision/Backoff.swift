import Glibc

/// How long to wait before the next restart: growing, capped, and scattered.
///
/// Scatter keeps actors that failed together (one provider went away) from coming back together.
package struct Backoff: Hashable, Sendable {
    /// The wait before the first restart; zero restarts at once.
    package var base: Duration
    /// Each further restart waits this many times longer.
    package var factor: Double
    /// No wait is longer, scatter included.
    package var cap: Duration
    /// How far a wait may lie from the curve, as a part of it: 0.2 is up to 20 % shorter or longer.
    package var jitter: Double
    /// A child that stayed ready this long starts at the beginning of the curve again.
    package var resetAfter: Duration

    package init(base: Duration, factor: Double = 2, cap: Duration, jitter: Double = 0.2, resetAfter: Duration) {
        self.base = base
        self.factor = factor
        self.cap = cap
        self.jitter = jitter
        self.resetAfter = resetAfter
    }

    /// Restarts at once, every time; the restart limits alone keep it from looping.
    package static let none = Backoff(base: .zero, factor: 1, cap: .zero, jitter: 0, resetAfter: .seconds(60))

    /// 200 ms doubling to 30 s, scattered by a fifth, forgotten after a quiet minute.
    package static let standard = Backoff(base: .milliseconds(200), cap: .seconds(30), resetAfter: .seconds(60))

    /// The wait before one restart.
    ///
    /// - Parameters:
    ///   - attempt: how many restarts came before it since the curve began; 0 for the first.
    ///   - random: where the scatter comes from.
    /// - Returns: the wait; never negative, never beyond the cap.
    package func delay(attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        guard base > .zero else { return .zero }
        let longest = Double(cap.nanosecondsSaturated)
        // The power may overflow to infinity; the cap makes it finite again.
        let planned = min(longest, Double(base.nanosecondsSaturated) * pow(factor, Double(max(0, attempt))))
        let scatter = jitter > 0 ? Double.random(in: -jitter...jitter, using: &random) : 0
        return .nanoseconds(Int64(min(longest, planned * (1 + scatter))))
    }
}
