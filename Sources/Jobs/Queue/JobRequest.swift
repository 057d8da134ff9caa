package import Bus

/// A job to be enqueued: what a definition makes of a payload and its options.
package struct JobRequest: Hashable, Sendable {
    /// The largest payload.
    package static let payloadBytesMax = 1024 * 1024

    package var id: UUIDv7?
    package var queue: QueueName
    package var kind: String
    /// JSON.
    package var payload: String
    package var priority = 4
    package var attemptMax = 3
    /// When it may run, by the database's clock; `nil` for at once.
    package var runAt: Timestamp?
    /// How long from now, by the database's clock; used when there is no `runAt`.
    package var delay: Duration = .zero
    /// An unfinished job with the same key makes this one superfluous.
    package var uniqueKey: String?
    package var limit: JobLimit?
    package var parent: UUIDv7?
    package var correlation: UUIDv7?

    package init(queue: QueueName, kind: String, payload: String) {
        self.queue = queue
        self.kind = kind
        self.payload = payload
    }
}

/// How many jobs with one key may run at a time and how often they may begin, over all daemons.
///
/// Jobs with a key take turns by key: each claim takes one job of each key, longest unserved first.
package struct JobLimit: Hashable, Sendable {
    /// At most 200 bytes, such as a user or a provider.
    package var key: String
    /// The most that run at the same time.
    package var runningMax: Int
    /// The time between two beginnings at the steady rate; zero for no limit.
    package var interval: Duration
    /// How many may begin at once after a quiet time.
    package var burst: Int

    package init(key: String, runningMax: Int = 1_000_000, interval: Duration = .zero, burst: Int = 1) {
        self.key = key
        self.runningMax = runningMax
        self.interval = interval
        self.burst = burst
    }
}

/// What became of a request.
package struct Enqueued: Hashable, Sendable {
    package let id: UUIDv7
    /// False when an unfinished job with the same unique key was there already; `id` is that one's.
    package let isNew: Bool

    package init(id: UUIDv7, isNew: Bool) {
        self.id = id
        self.isNew = isNew
    }
}
