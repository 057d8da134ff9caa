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
        let (now, pools, settings) = (station.now(), feed.book.pools, station.settings.current.configuration.market)
        let discovered = feed.discovered
        return feed.standings.compactMap { standing in
            let source = discovered.first { $0.id == standing.name }
            let provider = MarketConfig.Provider(rawValue: standing.name)
            // One that was taken out at this moment is neither.
            guard let address = source?.address.text ?? provider.map(settings.address) else { return nil }
            let member = feed.member(standing.name)
            return MarketProviderAnswer(
                id: standing.name,
                baseURL: address,
                isDiscovered: source != nil,
                // Those that were discovered are given none.
                key: provider.map(settings.key) ?? (.none, false),
                categories: standing.categories,
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

extension MarketConfig {
    /// Whether a provider wants a key of ours, and has one.
    func key(of provider: Provider) -> (need: MarketProviderAnswer.KeyNeed, isSet: Bool) {
        switch provider {
        case .coincap: (.required, keys.coincap.isSet)
        case .coingecko: (.optional, keys.coingecko.isSet || keys.coingeckoPro.isSet)
        case .coinpaprika: (.optional, keys.coinpaprika.isSet)
        case .binance, .kraken, .coinbase, .bybit, .hyperliquid, .defillama, .alternative: (.none, false)
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
