package import Bus
package import Domain

/// A price with the time when it was true.
package struct PriceRow: Codable, Hashable, Sendable {
    package let pair: TradingPair
    package let price: Price
    /// In percent, over the span that the ticker's title tells.
    package let changePercent: ExactDecimal?
    package let asOf: Timestamp
    /// How old it may be.
    package let limitSeconds: Int

    package init(pair: TradingPair, price: Price, changePercent: ExactDecimal?, asOf: Timestamp, limitSeconds: Int) {
        self.pair = pair
        self.price = price
        self.changePercent = changePercent
        self.asOf = asOf
        self.limitSeconds = limitSeconds
    }
}
