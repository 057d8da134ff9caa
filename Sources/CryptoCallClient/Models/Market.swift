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

/// The result of `market.streams`.
public struct MarketStreams: Codable, Hashable, Sendable {
    public struct Stream: Codable, Hashable, Sendable {
        public let exchange: String
        /// `connecting`, `subscribing`, `live`, `waiting` (to be tried again) or `unavailable` with these settings.
        public let state: String
        /// When it came into this state.
        public let since: String
        /// Those that could be read.
        public let messages: Int64
        public let lastMessageAgeSeconds: Double?
        public let reconnects: Int64
        /// How often it has skipped trades, and how many.
        public let gaps: Int64
        public let missedTrades: Int64
        public let repeatedTrades: Int64
        /// Prices that were held back because they were far off.
        public let heldPrices: Int64
        public let malformed: Int64
        public let lastError: String?
    }

    /// Whether recorded candles are played, so that nothing is streamed.
    public let replayed: Bool
    /// In the order in which their word counts.
    public let streams: [Stream]
}

/// The result of `market.check`.
public struct MarketCheck: Codable, Hashable, Sendable {
    public let provider: String
    public let reachable: Bool
}
