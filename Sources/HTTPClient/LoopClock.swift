import Threading

/// The loop's time: read once per round instead of once per callback, with the next instant at which to look up.
final class LoopClock {
    /// How long the loop sleeps when no limit runs.
    private static let sleepMaxMilliseconds: Int64 = 60_000

    private(set) var now = ContinuousClock.now
    /// No limit is over before this instant; `nil` when none runs.
    ///
    /// May be earlier than needed, never later.
    private var nextCheck: ContinuousClock.Instant?

    /// Starts a round.
    func advance() { now = .now }

    /// A limit runs that may be over then.
    func checkNoLater(than instant: ContinuousClock.Instant?) {
        guard let instant else { return }
        nextCheck = nextCheck.map { min($0, instant) } ?? instant
    }

    /// Whether a limit may be over.
    ///
    /// If so it is forgotten, and the caller names every limit that still runs.
    func takeCheck() -> Bool {
        guard let due = nextCheck, due <= now else { return false }
        nextCheck = nil
        return true
    }

    /// How long the loop may sleep, rounded up.
    var sleepMilliseconds: Int32 {
        guard let nextCheck else { return Int32(Self.sleepMaxMilliseconds) }
        let (seconds, attoseconds) = now.duration(to: nextCheck).components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1
        return Int32(max(0, min(milliseconds, Self.sleepMaxMilliseconds)))
    }
}
