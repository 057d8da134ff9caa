/// The result of `market.providers`.
public struct MarketProviders: Codable, Hashable, Sendable {
    public struct Provider: Codable, Hashable, Sendable {
        public let provider: String
        /// `online`, `degraded`, `offline` (left alone after failures) or `rate_limited`.
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
