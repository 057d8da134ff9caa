package import Domain

/// What the market's actor reads anew before each round, so that a reload needs no restart.
package struct MarketDataSettings: Hashable, Sendable {
    package var pairs: [TradingPair]
    /// From the beginning of one question to that of the next.
    package var pollEvery: Duration
    package var candleInterval = CandleInterval.oneMinute

    package init(pairs: [TradingPair], pollEvery: Duration = .seconds(5)) {
        self.pairs = pairs
        self.pollEvery = pollEvery
    }
}
