package import Bus

/// What the runner tells of its work, for logs and metrics.
package enum JobReport: Hashable, Sendable {
    /// A claim that brought something.
    case claimed(queue: String, count: Int)
    /// An attempt has ended and is recorded.
    case ended(Ended)
    /// A job's lease was lost while it ran here: nothing of it was written.
    case leaseLost(queue: String, kind: String, job: UUIDv7)
    /// A job goes on although it was cancelled; it keeps its slot until it ends.
    case stuck(queue: String, kind: String, job: UUIDv7)
    /// The store did not take or give something; it is tried again.
    case storeFailed(what: String, error: String)

    package struct Ended: Hashable, Sendable {
        package let queue: String
        package let kind: String
        package let job: UUIDv7
        package let state: JobState
        /// From the moment it could have run to the moment it was claimed.
        package let waited: Duration
        package let ran: Duration
        /// The failure, if it was one.
        package let message: String?
    }
}

/// Called at the points of a job's life where a crash matters; empty outside drills and tests.
package struct JobProbe: Sendable {
    package enum Moment: String, Hashable, Sendable, CaseIterable {
        case afterClaim
        case beforeRecord
        case afterRecord
    }

    package var reach: @Sendable (Moment, JobContext) -> Void

    package init(reach: @escaping @Sendable (Moment, JobContext) -> Void = { _, _ in }) { self.reach = reach }
}
