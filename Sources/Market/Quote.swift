package import Bus
package import Domain

/// The last price of a pair, as one provider told it.
package struct Quote: Hashable, Sendable {
    package let pair: TradingPair
    /// The provider's own name of the market.
    package let symbol: String
    package let price: Price
    /// The provider's own time, or when it was asked where it gives none.
    package let asOf: Timestamp
    package var change24hPercent: ExactDecimal?
    package var high24h: Price?
    package var low24h: Price?

    package init(pair: TradingPair, symbol: String, price: Price, asOf: Timestamp) {
        self.pair = pair
        self.symbol = symbol
        self.price = price
        self.asOf = asOf
    }

    package func event(source: String) -> PriceTicked {
        PriceTicked(
            pair: pair,
            price: price,
            source: source,
            symbol: symbol,
            asOf: asOf,
            change24hPercent: change24hPercent,
            high24h: high24h,
            low24h: low24h
        )
    }
}

/// Candles of one market, oldest first, each sound and each after the one before.
package struct CandleSeries: Hashable, Sendable {
    package let pair: TradingPair
    package let symbol: String
    package let interval: CandleInterval
    package let candles: [Candle]

    package init(pair: TradingPair, symbol: String, interval: CandleInterval, candles: [Candle]) {
        self.pair = pair
        self.symbol = symbol
        self.interval = interval
        self.candles = candles
    }
}
