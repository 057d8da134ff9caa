/// The result of `jobs.list`.
public struct JobList: Codable, Hashable, Sendable {
    public let jobs: [JobLine]
}

/// One job as lists show it.
public struct JobLine: Codable, Hashable, Sendable {
    public let id: String
    public let queue: String
    public let kind: String
    /// `scheduled`, `available`, `running`, `retryable`, `completed`, `discarded` or `cancelled`.
    public let state: String
    /// 0 runs first, 9 last.
    public let priority: Int
    public let attempt: Int
    public let attemptMax: Int
    /// RFC 3339, UTC, as all times; absent for one that sleeps until it is nudged.
    public let runAt: String?
    public let insertedAt: String
    public let attemptedAt: String?
    public let finishedAt: String?
    public let worker: String?
    public let uniqueKey: String?
    public let limitKey: String?
    public let parent: String?
    /// Of the last failure.
    public let error: String?
}

/// The failures of a job, in the result of `jobs.show`; oldest first.
public struct JobFailures: Codable, Hashable, Sendable {
    public struct Failure: Codable, Hashable, Sendable {
        public let at: String
        public let attempt: Int
        public let message: String
    }

    public let errors: [Failure]
}

/// The result of `jobs.enqueue`.
public struct EnqueuedJob: Codable, Hashable, Sendable {
    public let id: String
    /// False when an unfinished job with the same unique key was there already.
    public let isNew: Bool
}

/// The result of `queues.list`.
public struct QueueList: Codable, Hashable, Sendable {
    public struct Queue: Codable, Hashable, Sendable {
        public let queue: String
        public let scheduled: Int
        public let available: Int
        public let running: Int
        public let retryable: Int
        public let discarded: Int
        /// Jobs of it that the station that answers runs at the same time; 0 when it does not work on it.
        public let slots: Int
        public let pausedAt: String?
        public let pausedBy: String?
    }

    public let queues: [Queue]
}

/// The result of `queues.pause`, `queues.resume` and `queues.requeue`.
public struct QueueChange: Codable, Hashable, Sendable {
    public let queue: String
    public let paused: Bool?
    public let requeued: Int?
}

/// The result of `workers.list`.
public struct WorkerList: Codable, Hashable, Sendable {
    public struct Worker: Codable, Hashable, Sendable {
        public let id: String
        public let host: String
        public let runs: [String]
        public let running: Int
        public let startedAt: String
        public let seenAt: String
    }

    public struct Leader: Codable, Hashable, Sendable {
        public let name: String
        public let holder: String
        public let term: Int64
        public let heldUntil: String
    }

    /// The one that answers.
    public let answering: String
    public let workers: [Worker]
    public let leaders: [Leader]
}
