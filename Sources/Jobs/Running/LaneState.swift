/// When one queue's lane claims, and how many jobs.
///
/// A plain value. A lane claims when it has free slots and reason to believe that there is something: a notice, the
/// regular look, or a claim that was answered in full. A slot that becomes free is no reason by itself, so that an
/// empty queue is not asked after every job.
struct LaneState: Hashable {
    let slots: Int
    let claimMax: Int
    private(set) var running = 0
    private(set) var mayHaveMore = true
    private(set) var isStopping = false

    init(slots: Int, claimMax: Int) {
        self.slots = slots
        self.claimMax = claimMax
    }

    /// How many jobs to ask for now; 0 for none.
    var wanted: Int {
        guard mayHaveMore, !isStopping else { return 0 }
        return min(slots - running, claimMax)
    }

    mutating func noticed() { mayHaveMore = true }

    /// A claim brought jobs.
    mutating func took(_ count: Int) { running += count }

    /// A claim has been answered.
    ///
    /// - Parameters:
    ///   - isFull: whether it brought as many as were asked for.
    ///   - hadLimited: whether any of them has a limit key; each claim takes one of each key, so there may be more.
    mutating func answered(isFull: Bool, hadLimited: Bool) { mayHaveMore = mayHaveMore || isFull || hadLimited }

    /// A claim begins: whatever comes from now on is told by another notice.
    mutating func asks() { mayHaveMore = false }

    /// A job has ended; one with a limit key made room for the next of its key.
    mutating func ended(wasLimited: Bool) {
        running -= 1
        if wasLimited { mayHaveMore = true }
    }

    mutating func stop() { isStopping = true }
}
