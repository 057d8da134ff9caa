/// Whether a claim also looks for jobs with a limit key.
///
/// A plain value for each queue. Looking for them makes the statement heavier, and most queues have none: when a look
/// found none, claims do without for up to a second, as long as they are answered in full.
struct ClaimChoice: Hashable {
    /// How long a look holds.
    static let holds: Duration = .seconds(1)

    private var withoutUntil: Duration?

    /// Whether the next claim looks for them.
    ///
    /// - Parameter now: on a clock that only goes on.
    /// - Returns: false within a second of a look that found none.
    func looksForLimited(at now: Duration) -> Bool { withoutUntil.map { now >= $0 } ?? true }

    /// A claim that looked for them was answered.
    mutating func looked(found: Bool, at now: Duration) { withoutUntil = found ? nil : now + ClaimChoice.holds }

    /// A job with a limit key has ended or was enqueued here: there may be room for another.
    mutating func forget() { withoutUntil = nil }
}
