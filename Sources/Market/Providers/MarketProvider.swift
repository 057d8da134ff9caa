package import Bus
package import Domain

/// One place that tells prices: the front door that every exchange stands behind.
package protocol MarketProvider: DataProvider {
    /// What one question for the last prices of so many pairs costs of the allowance.
    func quoteWeight(pairs: Int) -> Int
    /// What one question for candles costs.
    var candleWeight: Int { get }
    /// How many of the newest candles it tells, whatever it is asked for; `nil` where it tells old ones too.
    var candleReach: Int? { get }
    /// How old a last price of it may be, where that is more than usual: it renews its own only so often.
    var quoteAgeMax: Duration? { get }

    /// The last prices, one for each of the pairs, in their order.
    func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]>

    /// Candles, oldest first; the last one may still be forming.
    func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries>
}

extension MarketProvider {
    package func quoteWeight(pairs: Int) -> Int { 1 }
    package var candleWeight: Int { 1 }
    package var candleReach: Int? { nil }
    package var quoteAgeMax: Duration? { nil }
}

/// What a provider said, with what it said about our allowance.
package struct ProviderAnswer<Value: Sendable>: Sendable {
    package let value: Value
    /// What it has counted against us, shortest window first.
    package let uses: [WeightUse]

    package init(_ value: Value, uses: [WeightUse] = []) {
        self.value = value
        self.uses = uses
    }

    /// An answer that tells the count of one window, the shortest.
    package init(_ value: Value, usedWeight: Int?) {
        self.init(value, uses: usedWeight.map { [WeightUse(used: $0)] } ?? [])
    }

    /// The weight that it has counted against us in the shortest window it speaks of.
    package var usedWeight: Int? { uses.first?.used }
}

/// Asks for the last prices.
package struct QuoteQuery: Hashable, Sendable {
    package let pairs: [TradingPair]
    /// The time of asking.
    package let now: Timestamp
    /// How long the answer may take.
    package let limit: Duration

    package init(pairs: [TradingPair], now: Timestamp, limit: Duration) {
        self.pairs = pairs
        self.now = now
        self.limit = limit
    }
}

/// Asks for candles.
package struct CandleQuery: Hashable, Sendable {
    package let pair: TradingPair
    package let interval: CandleInterval
    /// The opening time of the oldest one wanted; without it the newest.
    package let since: Timestamp?
    package let count: Int
    package let now: Timestamp
    package let limit: Duration

    package static let countMax = 300

    /// A question; a count outside of 1 to 300 is moved into it.
    package init(
        pair: TradingPair,
        interval: CandleInterval,
        since: Timestamp?,
        count: Int,
        now: Timestamp,
        limit: Duration
    ) {
        self.pair = pair
        self.interval = interval
        self.since = since
        self.count = min(max(1, count), CandleQuery.countMax)
        self.now = now
        self.limit = limit
    }
}
