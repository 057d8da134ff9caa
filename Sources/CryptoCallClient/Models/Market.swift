/// The result of `market.providers`.
public struct MarketProviders: Codable, Hashable, Sendable {
    public struct Provider: Codable, Hashable, Sendable {
        public let provider: String
        /// Whether it was discovered and accepted, and does not stand in the configuration.
        public let discovered: Bool
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

/// The result of `market.history`.
public struct MarketHistory: Codable, Hashable, Sendable {
    public struct Candle: Codable, Hashable, Sendable {
        public let openTime: String
        /// Prices are decimal texts, as they were told.
        public let open: String
        public let high: String
        public let low: String
        public let close: String
        public let volume: String
        public let source: String
        /// Whether another source contradicts it.
        public let suspect: Bool
    }

    public let pair: String
    public let interval: String
    public let from: String
    public let to: String
    /// Whether there are older ones in that time than these.
    public let more: Bool
    /// The oldest first.
    public let candles: [Candle]
}

/// The result of `market.gaps`.
public struct MarketGaps: Codable, Hashable, Sendable {
    public struct Gap: Codable, Hashable, Sendable {
        public let from: String
        /// The opening time of the next candle that is there.
        public let to: String
        public let missing: Int64
        /// Whether a source was asked for them and had none; otherwise nobody was asked.
        public let asked: Bool
    }

    public let pair: String
    public let interval: String
    public let from: String
    public let to: String
    /// How many candles may be in that time.
    public let expected: Int64
    /// For how many of them somebody was asked.
    public let asked: Int64
    /// Whether there are more gaps than these.
    public let more: Bool
    public let gaps: [Gap]
}

/// The result of `market.backfill`.
public struct MarketBackfill: Codable, Hashable, Sendable {
    /// The job's.
    public let id: String
    /// False when the same one is under way already.
    public let isNew: Bool
    public let from: String
    public let to: String
    /// How many candles may be in that time.
    public let expected: Int64
}

/// The result of `market.backfills`.
public struct MarketBackfills: Codable, Hashable, Sendable {
    public struct Backfill: Codable, Hashable, Sendable {
        public let id: String
        /// That of the job, such as `running` or `completed`.
        public let state: String
        public let pair: String
        public let interval: String
        public let from: String
        public let to: String
        /// Whom alone to ask; absent for anybody.
        public let source: String?
        public let expected: Int64
        /// For how many of them somebody was asked.
        public let done: Int64
        /// When it goes on, where it waits.
        public let runAt: String
        /// Why its last attempt failed.
        public let error: String?

        /// Whether nothing more comes of it.
        public var isOver: Bool { ["completed", "cancelled", "discarded"].contains(state) }
    }

    public let backfills: [Backfill]
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

/// The result of `market.proposals`.
public struct MarketProposals: Codable, Hashable, Sendable {
    public struct Proposal: Codable, Hashable, Sendable {
        /// That of the provider it is or would be, such as `binance-2`.
        public let id: String
        /// Whom it answers like, such as `binance`.
        public let kind: String
        public let address: String
        /// `proposed`, `accepted`, `rejected`, `gone` (does not answer well any more) or `refused` (never did).
        public let status: String
        public let checks: [Check]
        /// How long its first answer took.
        public let latencyMilliseconds: Double?
        public let firstSeen: String
        public let lastChecked: String
        public let decidedBy: String?
        public let decidedAt: String?
    }

    /// One question to it.
    public struct Check: Codable, Hashable, Sendable {
        /// What it was asked for, such as `price`.
        public let name: String
        /// `passed`, `failed` or `unknown`.
        public let outcome: String
        public let detail: String
    }

    /// The oldest first.
    public let proposals: [Proposal]
}

/// The result of `market.accept` and `market.reject`.
public struct MarketDecision: Codable, Hashable, Sendable {
    public let id: String
    public let status: String
    /// Whether it is asked from now on.
    public let inUse: Bool
}

/// The result of `market.rotate`.
public struct MarketRotation: Codable, Hashable, Sendable {
    public let pool: String
    /// Who was asked first.
    public let from: String
    /// Who is asked first now.
    public let to: String
}
