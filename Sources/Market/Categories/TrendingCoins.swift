package import Bus
package import Domain

/// The coins that people look for most, as one provider told them.
package struct TrendingCoins: Hashable, Sendable {
    /// Most looked for first.
    package let coins: [TrendingCoin]
    /// How many rows could not be used.
    package let leftOut: Int
    /// When it was asked: no provider tells a time with this.
    package let asOf: Timestamp
}

/// One coin that people look for; what the provider does not tell is `nil`.
package struct TrendingCoin: Hashable, Sendable {
    /// From 1, the place in the provider's list.
    package let place: Int
    /// The provider's own id.
    package let id: String
    /// In capitals.
    package let symbol: String
    package let name: String
    package let marketCapRank: Int?
    /// In US dollars, as all its money.
    package let price: Price?
    package let change24hPercent: ExactDecimal?
    package let marketCap: ExactDecimal?
    package let volume24h: ExactDecimal?
}

/// Tells what people look for.
package protocol TrendingProvider: DataProvider {
    /// What one question costs of the allowance.
    var trendingWeight: Int { get }
    func trending(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<TrendingCoins>
}

extension TrendingProvider {
    package var trendingWeight: Int { 1 }
}
