package import Domain

/// What the market's actor reads anew before each round, so that a reload needs no restart.
package struct MarketDataSettings: Hashable, Sendable {
    package var pairs: [TradingPair]
    /// From the beginning of one question to that of the next.
    package var pollEvery: Duration
    /// Those that are told, and kept.
    package var candleInterval = CandleInterval.oneMinute
    /// Those that are only kept, asked for by themselves: they are the exchange's own figures, also where minutes are
    /// missing.
    package var keptIntervals: [CandleInterval] = []

    package init(pairs: [TradingPair], pollEvery: Duration = .seconds(5)) {
        self.pairs = pairs
        self.pollEvery = pollEvery
    }
}
