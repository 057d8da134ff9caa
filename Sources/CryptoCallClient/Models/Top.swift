/// The result of `system.top`.
public struct Top: Codable, Hashable, Sendable {
    public struct TopicCount: Codable, Hashable, Sendable {
        public let topic: String
        /// Events since the start.
        public let published: UInt64
    }

    public struct Mailbox: Codable, Hashable, Sendable {
        public let subscriber: String
        public let topic: String
        /// Events waiting now.
        public let depth: Int
        public let limit: Int
        /// Events taken since the start.
        public let taken: UInt64
        public let dropped: UInt64
    }

    public struct Process: Codable, Hashable, Sendable {
        public let cpuSeconds: Double
        public let residentBytes: UInt64
        public let threads: Int
    }

    public let topics: [TopicCount]
    public let mailboxes: [Mailbox]
    /// Connections over ZeroMQ.
    public let peers: Int?
    /// Events handed to a ZeroMQ socket since the start.
    public let sent: UInt64?
    /// Absent where the system does not tell.
    public let process: Process?
}
