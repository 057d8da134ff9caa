/// How patient limiters are, and how much they keep.
package struct LimiterSettings: Hashable, Sendable {
    /// How long a request waits for the store before it is decided without it.
    package var patience: Duration = .seconds(1)
    /// Subjects that are remembered here; those that have not asked for longest go first.
    package var subjectsMax = 50_000
    /// Cells in the store; beyond it those go first that are nearest to their end.
    package var cellsMax = 1_000_000
    /// How often what is left over is given back.
    package var tendInterval: Duration = .seconds(1)
    package var pruneInterval: Duration = .seconds(60)
    /// How long something under way stays this daemon's when it stops answering.
    package var slotLease: Duration = .seconds(30)

    package init() {}
}

/// What a limiter has done, and how it is.
package struct LimitStatistics: Hashable, Sendable {
    /// Times that the store was asked.
    package var reads: UInt64 = 0
    package var writes: UInt64 = 0
    /// Writes that another daemon, or the end of a stretch of time, came before.
    package var collisions: UInt64 = 0
    /// Times that the store did not answer, or not soon enough.
    package var failures: UInt64 = 0
    /// Verdicts that were made without it because of that.
    package var localVerdicts: UInt64 = 0
    /// Cells removed from the store.
    package var pruned: UInt64 = 0
    /// Subjects forgotten here to make room.
    package var evicted: UInt64 = 0
    /// Subjects remembered now.
    package var subjects = 0
    package var isStoreAway = false

    package init() {}
}
