import API
import Actors
import Bus
import Domain
import Market

/// What the HTTP interface says of those who tell about the market.
struct ProviderDoors: Sendable {
    private let station: Station
    private let feed: MarketFeed

    init(_ station: Station, _ feed: MarketFeed) {
        self.station = station
        self.feed = feed
    }

    var all: [MarketProviderAnswer] {
        let (now, pools) = (station.now(), feed.book.pools)
        return feed.standings.map { standing in
            let member = feed.member(standing.name)
            return MarketProviderAnswer(
                id: standing.name,
                categories: standing.categories.map { PoolCategoryName($0) },
                pools: pools.filter { pool in pool.members.contains { $0.provider == standing.name } }.map(\.id),
                priority: member.priority,
                weight: member.weight,
                status: MarketProviderAnswer.Status(standing.status(at: now)),
                successShare: standing.successShare,
                counts: (standing.asked, standing.answered, standing.failed, standing.skipped),
                latency: standing.smoothedLatency,
                lastError: standing.lastError?.description,
                obstacle: standing.obstacle,
                limits: standing.budget.usage(at: now).map(MarketProviderAnswer.Limit.init)
            )
        }
    }

    /// - Returns: `nil` when there is no such provider.
    func check(_ provider: String) async -> HealthCheckAnswer? {
        guard feed.standings.contains(where: { $0.name == provider }) else { return nil }
        let pairs = MarketDataSettings(station.settings.current.configuration.market).pairs
        return HealthCheckAnswer(id: provider, reachable: await feed.tryAgain(provider, with: pairs))
    }
}

extension PoolCategoryName {
    init(_ category: PoolCategory) {
        self =
            switch category {
            case .exchange: .exchange
            case .marketData: .marketData
            case .defi: .defi
            case .sentiment: .sentiment
            case .explorers: .explorers
            case .nft: .nft
            case .news: .news
            case .analytics: .analytics
            }
    }
}

extension MarketProviderAnswer.Status {
    init(_ status: PoolMemberStatus) {
        self =
            switch status {
            case .online: .online
            case .degraded: .degraded
            case .offline: .offline
            case .rateLimited: .rateLimited
            case .unavailable: .unavailable
            }
    }
}

extension MarketProviderAnswer.Limit {
    fileprivate init(_ usage: WindowUsage) {
        self.init(
            window: usage.window.length.text,
            used: usage.used,
            usable: usage.usable,
            limit: usage.window.limit,
            endsAt: usage.endsAt
        )
    }
}
