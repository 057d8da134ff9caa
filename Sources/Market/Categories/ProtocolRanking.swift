package import Bus
package import Domain

/// The protocols that hold the most value, and what was left out on the way to them.
package struct ProtocolRanking: Hashable, Sendable {
    /// Largest value first.
    package let protocols: [DeFiProtocol]
    /// The kinds that are no protocols of decentralised finance, and so not ranked.
    package let excludedCategories: [String]
    /// How many of those there were.
    package let excluded: Int
    /// How many had no value told.
    package let withoutTVL: Int
    /// How many rows could not be used.
    package let leftOut: Int
    /// When it was asked: no provider tells a time with this.
    package let asOf: Timestamp
}

/// One protocol; what the provider does not tell is `nil`.
package struct DeFiProtocol: Hashable, Sendable {
    package let id: String
    package let slug: String
    package let name: String
    package let category: String?
    /// Where it runs, as the provider names the chains.
    package let chains: [String]
    /// The value locked in it, in US dollars.
    package let tvl: ExactDecimal
    /// The same by chain.
    ///
    /// They need not add up to the whole, because the provider counts some value twice and some not at all.
    package let tvlByChain: [String: ExactDecimal]
    package let change1hPercent: ExactDecimal?
    package let change1dPercent: ExactDecimal?
    package let change7dPercent: ExactDecimal?
    package let marketCap: ExactDecimal?
}

/// Tells what decentralised finance holds.
package protocol DeFiProvider: DataProvider {
    /// What one question costs of the allowance.
    var protocolsWeight: Int { get }
    func protocols(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<ProtocolRanking>
}

extension DeFiProvider {
    package var protocolsWeight: Int { 1 }
}
