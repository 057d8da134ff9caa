package import Bus

/// What a running job knows of itself.
package struct JobContext: Sendable {
    package let id: UUIDv7
    package let queue: String
    package let kind: String
    /// From 1 on.
    package let attempt: Int
    package let attemptMax: Int
    /// The fence: what this attempt writes to the database carries it.
    package let leaseEpoch: Int64
    /// How often it had been nudged when it was claimed.
    package let nudges: Int64
    package let parent: UUIDv7?
    package let correlation: UUIDv7?

    package init(_ record: JobRecord) {
        id = record.id
        queue = record.queue
        kind = record.kind
        attempt = record.attempt
        attemptMax = record.attemptMax
        leaseEpoch = record.leaseEpoch
        nudges = record.nudges
        parent = record.parent
        correlation = record.correlation
    }
}

/// How one attempt of a job ended, as its handler says it.
package enum JobOutcome: Hashable, Sendable {
    /// Done. The result is JSON, at most 1 MiB.
    case completed(result: String?)
    /// Sleeps until a time or a nudge, without using an attempt. It is available at once if it has been nudged since
    /// it was claimed (`JobContext.nudges`), so that no nudge is lost between looking and sleeping.
    case snoozed(until: Timestamp?)
    /// Its cancellation was requested, and it has cleaned up.
    case cancelled
}

/// A handler's failure that says what should follow; any other error is retried.
package struct JobError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// May succeed later: counts as an attempt.
        case transient
        /// Would fail again: straight to `discarded`.
        case permanent
        /// The far side asked to wait: tried again after this time without using an attempt.
        case throttled(retryAfter: Duration)
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
