package import Domain

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
