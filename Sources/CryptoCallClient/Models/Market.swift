/// The result of `market.providers`.
public struct MarketProviders: Codable, Hashable, Sendable {
    public struct Provider: Codable, Hashable, Sendable {
        public let provider: String
        /// `online`, `degraded`, `offline` (left alone after failures), `rate_limited` or `unavailable`.
        public let status: String
        /// 1 is asked first, 10 last.
        public let priority: Int64
        /// 1 to 100: how often it is asked first, where chance decides.
        public let weight: Int64
        public let asked: Int64
        public let answered: Int64
        public let failed: Int64
        /// Times it was passed over without being asked.
        public let skipped: Int64
        /// The share of the latest questions that it has answered.
        public let successShare: Double?
        /// How long its answers take, smoothed.
        public let latencyMilliseconds: Double?
        public let lastError: String?
        /// Why it cannot be asked at all, such as for want of a key.
        public let obstacle: String?
        /// What it tells of.
        public let categories: [String]
    }

    /// Whether recorded candles are played, so that nobody is asked.
    public let replayed: Bool
    public let providers: [Provider]
}

/// The result of `market.check`.
public struct MarketCheck: Codable, Hashable, Sendable {
    public let provider: String
    public let reachable: Bool
}

/// The result of `market.pools`.
public struct MarketPools: Codable, Hashable, Sendable {
    public struct Pool: Codable, Hashable, Sendable {
        public let id: String
        public let name: String
        /// What its members tell of.
        public let category: String
        /// `priority`, `round_robin`, `weighted`, `least_used` or `fastest_response`.
        public let strategy: String
        /// `configuration`, `changed` (of the configuration, but changed since) or `created`.
        public let origin: String
        public let members: [String]
        /// Who can be asked now, in the order in which they would be.
        public let order: [String]
    }

    public let pools: [Pool]
}

/// The result of `market.rotate`.
public struct MarketRotation: Codable, Hashable, Sendable {
    public let pool: String
    /// Who was asked first.
    public let from: String
    /// Who is asked first now.
    public let to: String
}
