package import Bus
package import Domain

/// The coins of the largest market value, and the market as a whole, as one provider told them.
package struct MarketOverview: Hashable, Sendable {
    /// In the provider's order, largest market value first; all money in US dollars.
    package let coins: [TopCoin]
    /// `nil` where the provider tells nothing of the kind.
    package let global: GlobalMarket?
    /// How many rows could not be used.
    package let leftOut: Int
}

/// One of the largest coins; what the provider does not tell is `nil`.
package struct TopCoin: Hashable, Sendable {
    package let rank: Int?
    /// The provider's own id, which tells coins of one symbol apart.
    package let id: String
    /// In capitals.
    package let symbol: String
    package let name: String
    /// In US dollars, as all its money.
    package let price: Price
    package let change24hPercent: ExactDecimal?
    package let marketCap: ExactDecimal?
    package let volume24h: ExactDecimal?
    /// The provider's own time, or when it was asked where it gives none.
    package let asOf: Timestamp

    /// Whether the figures make sense together; a row that does not is no row.
    var isSound: Bool {
        !id.isEmpty && !symbol.isEmpty && [id, symbol, name].allSatisfy { $0.utf8.count <= 100 }
            && price.amount > .zero && marketCap?.isNegative != true && volume24h?.isNegative != true
            && rank.map { $0 > 0 } != false
    }
}

/// All coins together; what the provider does not tell is `nil`.
package struct GlobalMarket: Hashable, Sendable {
    /// In US dollars.
    package let marketCap: ExactDecimal?
    /// In US dollars.
    package let volume24h: ExactDecimal?
    package let marketCapChange24hPercent: ExactDecimal?
    /// The share of single coins in the whole market value, by symbol in capitals.
    package let dominancePercent: [String: ExactDecimal]
    package let coinCount: Int?
    /// The provider's own time, or when it was asked where it gives none.
    package let asOf: Timestamp
}

/// Tells the largest coins and how they share the market.
package protocol MarketOverviewProvider: DataProvider {
    /// What one question costs of the allowance.
    var overviewWeight: Int { get }
    func overview(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<MarketOverview>
}

extension MarketOverviewProvider {
    package var overviewWeight: Int { 1 }
}

/// Collects coins, leaves out those that are unsound or come twice, and counts them.
struct TopCoins {
    private(set) var coins: [TopCoin] = []
    private(set) var leftOut: Int
    private var ids: Set<String> = []

    /// - Parameter leftOut: how many rows were unsound already.
    init(leftOut: Int = 0) { self.leftOut = leftOut }

    mutating func add(_ coin: TopCoin?) {
        guard let coin, coin.isSound, ids.insert(coin.id).inserted else {
            leftOut += 1
            return
        }
        coins.append(coin)
    }

    /// - Throws: `malformed` when no row could be used.
    func requireSome() throws(ProviderError) {
        if coins.isEmpty { throw ProviderError(.malformed, "no sound row among \(leftOut)") }
    }

    /// - Throws: `malformed` when no row could be used.
    func overview(count: Int, global: GlobalMarket?) throws(ProviderError) -> MarketOverview {
        try requireSome()
        return MarketOverview(coins: Array(coins.prefix(count)), global: global, leftOut: leftOut)
    }
}
