/// Spreads questions over time, so that an endpoint is never asked faster than it allows.
///
/// A short burst of a second's worth goes at once; then each question waits for its turn. A pure value; moments are
/// durations since some fixed start.
struct CallPace: Hashable, Sendable {
    private let interval: Duration
    private let burst: Duration
    /// When the next question would be due if all came evenly.
    private var due: Duration = .zero

    /// - Parameter callsPerSecond: at least 1.
    init(callsPerSecond: Int) {
        interval = .seconds(1) / max(1, callsPerSecond)
        burst = .seconds(1) - interval
    }

    /// Takes a place.
    ///
    /// - Parameters:
    ///   - now: the moment.
    ///   - patience: how long may be waited at most.
    /// - Returns: when to ask; `nil` when that is beyond what may be waited, and nothing was taken.
    mutating func take(at now: Duration, patience: Duration) -> Duration? {
        let turn = max(now, due - burst)
        guard turn - now <= patience else { return nil }
        due = max(now, due) + interval
        return turn
    }
}
