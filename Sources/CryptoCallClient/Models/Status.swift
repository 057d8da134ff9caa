/// The result of `system.status`.
public struct Status: Codable, Hashable, Sendable {
    public struct Actors: Codable, Hashable, Sendable {
        public let up: Int
        public let total: Int
    }

    public struct Bus: Codable, Hashable, Sendable {
        /// Events since the start.
        public let published: UInt64
        /// Events that subscribers lost, since the start.
        public let dropped: UInt64
    }

    public struct Log: Codable, Hashable, Sendable {
        /// The newest position; 0 when empty.
        public let offset: UInt64
        public let oldestOffset: UInt64
    }

    public struct Market: Codable, Hashable, Sendable {
        public let source: String?
        /// Of the newest price.
        public let ageSeconds: Double?
        public let stale: Bool
    }

    /// What became of the last reload of the settings.
    public struct Reload: Codable, Hashable, Sendable {
        /// RFC 3339, UTC.
        public let time: String
        /// Whether the new settings are in force; otherwise the ones before stayed.
        public let applied: Bool
    }

    public let name: String
    public let version: String
    public let epoch: String
    public let pid: Int
    public let uptimeSeconds: Double
    /// `starting`, `ok`, `degraded` or `draining`.
    public let state: String
    public let production: Bool
    /// Why the state is not `ok`.
    public let reasons: [String]
    public let actors: Actors
    public let bus: Bus
    public let log: Log
    public let market: Market?
    public let muted: Bool
    /// Whether an operator took the hosts off the air; absent where the daemon does not know of that.
    public let offAir: Bool?
    /// Absent when there was none.
    public let lastReload: Reload?
}
