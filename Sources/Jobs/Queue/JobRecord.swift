package import Bus

/// One job as it stands in the database.
package struct JobRecord: Hashable, Sendable {
    package let id: UUIDv7
    package let queue: String
    package let kind: String
    package let state: JobState
    /// 0 runs first, 9 last.
    package let priority: Int
    package let runAt: Timestamp
    /// JSON, as it was enqueued.
    package let payload: String
    package let limitKey: String?
    package let uniqueKey: String?
    /// How many times it has been begun, the running attempt included.
    package let attempt: Int
    package let attemptMax: Int
    /// Counts the claims: what a worker writes carries the epoch of its claim, and an older one is refused.
    package let leaseEpoch: Int64
    package let leaseUntil: Timestamp?
    /// The process that runs it.
    package let worker: UUIDv7?
    package let isCancelRequested: Bool
    /// Counts what happened to it from outside: signals, and children that finished.
    package let nudges: Int64
    /// The job that waits for this one.
    package let parent: UUIDv7?
    /// The chain of causes that it belongs to.
    package let correlation: UUIDv7?
    /// Its last failures, oldest first.
    package let errors: [JobFailureRecord]
    /// JSON.
    package let result: String?
    package let insertedAt: Timestamp
    package let attemptedAt: Timestamp?
    package let finishedAt: Timestamp?
}

/// One failed attempt.
package struct JobFailureRecord: Codable, Hashable, Sendable {
    package let at: Timestamp
    package let attempt: Int
    package let message: String

    package init(at: Timestamp, attempt: Int, message: String) {
        self.at = at
        self.attempt = attempt
        self.message = message
    }
}
