/// One node of the supervision tree, the result of `system.tree`.
public struct SupervisionNode: Codable, Hashable, Sendable {
    public struct Restarts: Codable, Hashable, Sendable {
        /// Within the sliding window that the budget counts.
        public let window: Int
        /// Since the start; absent for the root, which nobody restarts.
        public let total: Int?
    }

    public let id: String
    /// `supervisor` or `worker`.
    public let kind: String
    public let state: String
    /// Which life of this child it is, from 1.
    public let incarnation: UInt64?
    public let restarts: Restarts?
    /// Why the life before ended.
    public let lastExit: String?
    public let uptimeSeconds: Double?
    /// Until the next try, where it waits for one.
    public let nextTrySeconds: Double?
    /// Its limits, in words.
    public let policy: String?
    /// Since it last showed progress.
    public let heartbeatAgeSeconds: Double?
    /// Incarnations below it that ignore cancellation and still run.
    public let zombies: Int?
    public let children: [SupervisionNode]?
}
