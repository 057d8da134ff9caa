/// The result of `messages.list`.
public struct MessageQueueList: Codable, Hashable, Sendable {
    public struct Queue: Codable, Hashable, Sendable {
        public let queue: String
        /// Messages that are there, hidden ones included.
        public let length: Int64
        /// Messages that can be read now.
        public let visible: Int64
        /// How many were ever sent to it.
        public let sent: Int64
        public let oldestAgeSeconds: Int?
    }

    public let queues: [Queue]
}

/// The result of `messages.dead`.
public struct DeadMessages: Codable, Hashable, Sendable {
    public struct Message: Codable, Hashable, Sendable {
        public let id: Int64
        public let reads: Int
        public let enqueuedAt: String
        public let archivedAt: String
        /// Why it was given up.
        public let reason: String
    }

    public let messages: [Message]
}

/// The result of `messages.send`, `messages.revive` and `messages.purge`.
public struct MessageChange: Codable, Hashable, Sendable {
    public let queue: String
    public let id: Int64?
    public let revived: [Int64]?
    public let purged: Int?
}
