package import Bus

/// A job failed for good.
///
/// It stays in the table, with its errors, and can be replayed.
package struct JobDiscarded: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "job.run.discarded"
    package static let summary = "A job failed for good; it can be replayed."
    package let job: UUIDv7
    package let queue: String
    package let kind: String
    /// How many times it was tried.
    package let attempts: Int
    package let reason: String

    package init(job: UUIDv7, queue: String, kind: String, attempts: Int, reason: String) {
        self.job = job
        self.queue = queue
        self.kind = kind
        self.attempts = attempts
        self.reason = reason
    }
}

/// How many jobs of a queue wait and run; comes when a number has changed.
package struct JobQueueCounted: StateEvent, DocumentedEvent {
    package static let topic: Topic = "job.queue.counted"
    package static let summary = "How many jobs of a queue wait, run and have failed for good."
    package let queue: String
    package let scheduled: Int
    package let available: Int
    package let running: Int
    package let retryable: Int
    package let discarded: Int
    package let isPaused: Bool

    package init(
        queue: String,
        scheduled: Int,
        available: Int,
        running: Int,
        retryable: Int,
        discarded: Int,
        isPaused: Bool
    ) {
        self.queue = queue
        self.scheduled = scheduled
        self.available = available
        self.running = running
        self.retryable = retryable
        self.discarded = discarded
        self.isPaused = isPaused
    }

    package var subject: Subject? { Subject(queue) }
}
