/// What the members of a pool tell of.
package enum PoolCategory: String, Codable, Hashable, Sendable, CaseIterable {
    /// Prices and candles.
    case exchange
    /// The largest coins, the market as a whole, and what people look for.
    case marketData = "market_data"
    /// What decentralised finance holds.
    case defi
    /// The mood of the market.
    case sentiment
    // So far nobody tells of these; a pool of them has no members.
    case explorers
    case nft
    case news
    case analytics
}

extension DataProvider {
    /// What it can be a member for.
    package var categories: [PoolCategory] {
        PoolCategory.allCases.filter { category in
            switch category {
            case .exchange: self is any MarketProvider
            case .marketData: self is any MarketOverviewProvider || self is any TrendingProvider
            case .defi: self is any DeFiProvider
            case .sentiment: self is any FearGreedProvider
            case .explorers, .nft, .news, .analytics: false
            }
        }
    }
}
