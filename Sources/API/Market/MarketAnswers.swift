package import Bus
package import Domain

/// How much an answer about the market is to be trusted.
package struct Freshness: Hashable, Sendable {
    package let source: String
    package let asOf: Timestamp
    package let isCached: Bool
    package let age: Duration
    package let isStale: Bool

    /// - Parameters:
    ///   - source: who told it.
    ///   - asOf: when it was so.
    ///   - isCached: whether it was there already.
    ///   - age: how long ago it was told.
    ///   - isStale: whether it is older than it should be.
    package init(source: String, asOf: Timestamp, isCached: Bool, age: Duration, isStale: Bool) {
        self.source = source
        self.asOf = asOf
        self.isCached = isCached
        self.age = age
        self.isStale = isStale
    }
}

/// Why one provider gave nothing.
package struct ProviderReason: Codable, Hashable, Sendable {
    let provider: String
    let reason: String

    package init(provider: String, reason: String) {
        self.provider = provider
        self.reason = reason
    }
}

/// What `/api/prices` says.
package struct PricesAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        /// As it was asked for.
        let symbol: String
        let pair: TradingPair
        let price: Price
        let change24hPercent: ExactDecimal?
        let high24h: Price?
        let low24h: Price?
        let source: String
        let asOf: Timestamp
        let cached: Bool
        /// In seconds.
        let cacheAge: Double
        /// Whether it is older than it should be, because nobody tells a newer one.
        let stale: Bool

        enum CodingKeys: String, CodingKey {
            case symbol, pair, price, source, cached, stale
            case change24hPercent = "change_24h_percent"
            case high24h = "high_24h"
            case low24h = "low_24h"
            case asOf = "as_of"
            case cacheAge = "cache_age"
        }

        package init(
            symbol: String,
            pair: TradingPair,
            price: Price,
            change24hPercent: ExactDecimal?,
            high24h: Price?,
            low24h: Price?,
            freshness: Freshness
        ) {
            self.symbol = symbol
            self.pair = pair
            self.price = price
            self.change24hPercent = change24hPercent
            self.high24h = high24h
            self.low24h = low24h
            source = freshness.source
            asOf = freshness.asOf
            cached = freshness.isCached
            cacheAge = freshness.age / .seconds(1)
            stale = freshness.isStale
        }
    }

    /// A symbol of which nobody tells a price now.
    package struct Failure: Codable, Hashable, Sendable {
        let symbol: String
        let reasons: [ProviderReason]

        package init(symbol: String, reasons: [ProviderReason]) {
            self.symbol = symbol
            self.reasons = reasons
        }
    }

    let prices: [Entry]
    /// Symbols that no provider knows.
    let unknown: [String]
    let failed: [Failure]

    package init(prices: [Entry], unknown: [String], failed: [Failure]) {
        self.prices = prices
        self.unknown = unknown
        self.failed = failed
    }
}

/// What `/api/ohlcv` says.
package struct CandlesAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        let openTime: Timestamp
        let open: Price
        let high: Price
        let low: Price
        let close: Price
        let volume: ExactDecimal
        /// Whether its interval has not ended, so that it still changes.
        let forming: Bool

        enum CodingKeys: String, CodingKey {
            case open, high, low, close, volume, forming
            case openTime = "open_time"
        }

        package init(_ candle: Candle, isForming: Bool) {
            openTime = candle.openTime
            open = candle.open
            high = candle.high
            low = candle.low
            close = candle.close
            volume = candle.volume
            forming = isForming
        }
    }

    /// Candles that are missing between those that are there: nothing was traded then, or nobody knows.
    package struct Gap: Codable, Hashable, Sendable {
        let from: Timestamp
        /// The opening time of the next one that is there.
        let to: Timestamp
        let missing: Int

        package init(from: Timestamp, to: Timestamp, missing: Int) {
            self.from = from
            self.to = to
            self.missing = missing
        }
    }

    let pair: TradingPair
    /// The source's own name of the market.
    let symbol: String
    let interval: CandleInterval
    let source: String
    let asOf: Timestamp
    let cached: Bool
    let cacheAge: Double
    let stale: Bool
    /// The oldest first.
    let candles: [Entry]
    let gaps: [Gap]

    enum CodingKeys: String, CodingKey {
        case pair, symbol, interval, source, cached, stale, candles, gaps
        case asOf = "as_of"
        case cacheAge = "cache_age"
    }

    package init(
        pair: TradingPair,
        symbol: String,
        interval: CandleInterval,
        candles: [Entry],
        gaps: [Gap],
        freshness: Freshness
    ) {
        self.pair = pair
        self.symbol = symbol
        self.interval = interval
        self.candles = candles
        self.gaps = gaps
        source = freshness.source
        asOf = freshness.asOf
        cached = freshness.isCached
        cacheAge = freshness.age / .seconds(1)
        stale = freshness.isStale
    }
}

/// One that tells about the market, and how it is doing.
package struct MarketProviderAnswer: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        case online
        case degraded
        case offline
        case rateLimited = "rate_limited"
    }

    let id: String
    let category: String
    let priority: Int
    let weight: Int
    let status: Status
    /// The share of the latest questions that it has answered, 0 to 1; absent before the first.
    let successShare: Double?
    let asked: UInt64
    let answered: UInt64
    let failed: UInt64
    /// Times it was passed over without being asked.
    let skipped: UInt64
    /// How long answers take, smoothed.
    let latencyMilliseconds: Double?
    let lastError: String?

    enum CodingKeys: String, CodingKey {
        case id, category, priority, weight, status, asked, answered, failed, skipped
        case successShare = "success_share"
        case latencyMilliseconds = "latency_ms"
        case lastError = "last_error"
    }

    package init(
        id: String,
        category: String,
        priority: Int,
        weight: Int,
        status: Status,
        successShare: Double?,
        counts: (asked: UInt64, answered: UInt64, failed: UInt64, skipped: UInt64),
        latency: Duration?,
        lastError: String?
    ) {
        self.id = id
        self.category = category
        self.priority = priority
        self.weight = weight
        self.status = status
        self.successShare = successShare
        (asked, answered, failed, skipped) = counts
        latencyMilliseconds = latency.map { $0 / .milliseconds(1) }
        self.lastError = lastError
    }
}

/// What `/api/providers` says.
package struct ProvidersAnswer: Codable, Hashable, Sendable {
    let providers: [MarketProviderAnswer]

    package init(_ providers: [MarketProviderAnswer]) { self.providers = providers }
}

/// Whether a provider that was asked out of turn has answered.
package struct HealthCheckAnswer: Codable, Hashable, Sendable {
    let id: String
    let reachable: Bool

    package init(id: String, reachable: Bool) {
        self.id = id
        self.reachable = reachable
    }
}
