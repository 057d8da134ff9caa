package import Bus
package import Domain

/// The perpetual futures of one exchange.
package struct PerpetualMarkets: Hashable, Sendable {
    /// Those with the most trade in the last day first.
    package let markets: [PerpetualMarket]
    /// How many rows could not be used.
    package let leftOut: Int
    /// When it was asked: no provider tells a time with this.
    package let asOf: Timestamp
}

/// One perpetual future; what the provider does not tell is `nil`.
package struct PerpetualMarket: Hashable, Sendable {
    /// The exchange's own name, which may stand for a thousand coins, as `kPEPE` does.
    package let coin: String
    package let markPrice: Price
    /// Between the best bid and the best offer; `nil` when one of them is missing.
    package let midPrice: Price?
    package let oraclePrice: Price?
    package let previousDayPrice: Price?
    /// What longs pay shorts for an hour, as a part of the position; below zero it is the other way round.
    package let fundingRate: ExactDecimal?
    /// In coins.
    package let openInterest: ExactDecimal?
    /// In US dollars, over the last day.
    package let volume24h: ExactDecimal?
}

/// Tells of perpetual futures.
package protocol PerpetualsProvider: DataProvider {
    /// What one question costs of the allowance.
    var perpetualsWeight: Int { get }
    func perpetuals(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<PerpetualMarkets>
}

extension PerpetualsProvider {
    package var perpetualsWeight: Int { 1 }
}
