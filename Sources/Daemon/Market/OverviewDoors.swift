import API
import Bus
import Domain
import Market

/// What the HTTP interface says of the market as a whole: the largest coins, what people look for, and what decentralised
/// finance holds.
///
/// Each is asked for as a whole, so that all who ask cost one question.
struct OverviewDoors: Sendable {
    /// There is one answer of each kind.
    private enum Whole: Hashable, Sendable { case all }

    private static let coinsAsked = 100
    private static let trendingAsked = 7
    private static let protocolsAsked = 20

    private let feed: MarketFeed
    private let overviews = KeptAnswers<Whole, MarketOverview> { KeptAnswers.Settings(lifetime: .seconds(300)) }
    private let trends = KeptAnswers<Whole, TrendingCoins> { KeptAnswers.Settings(lifetime: .seconds(3600)) }
    private let rankings = KeptAnswers<Whole, ProtocolRanking> { KeptAnswers.Settings(lifetime: .seconds(3600)) }

    init(_ feed: MarketFeed) { self.feed = feed }

    func overview(_ count: Int) async throws(APIError) -> Fresh<OverviewAnswer> {
        try await told(by: overviews) { source throws(NoSourceError) in
            let told = try await source.overview(count: OverviewDoors.coinsAsked)
            return told.with(asOf: told.value.coins.map(\.asOf).max())
        } as: {
            OverviewAnswer($0, count: count)
        }
    }

    func trending() async throws(APIError) -> Fresh<TrendingAnswer> {
        try await told(by: trends) { source throws(NoSourceError) in
            let told = try await source.trending(count: OverviewDoors.trendingAsked)
            return told.with(asOf: told.value.asOf)
        } as: {
            TrendingAnswer($0)
        }
    }

    func protocols() async throws(APIError) -> Fresh<ProtocolsAnswer> {
        try await told(by: rankings) { source throws(NoSourceError) in
            let told = try await source.protocols(count: OverviewDoors.protocolsAsked)
            return told.with(asOf: told.value.asOf)
        } as: {
            ProtocolsAnswer($0)
        }
    }

    private func told<Value: Sendable, Answer: Codable & Hashable & Sendable>(
        by kept: KeptAnswers<Whole, Value>,
        asking ask: (MarketSource) async throws(NoSourceError) -> KeptAnswers<Whole, Value>.Answer?,
        as answer: (Value) -> Answer
    ) async throws(APIError) -> Fresh<Answer> {
        guard let source = feed.liveSource else {
            throw APIError(.unavailable, "Recorded candles are played, so nobody is asked.")
        }
        do throws(NoSourceError) {
            let told = try await kept.answer(to: .all) { () throws(NoSourceError) in
                guard let told = try await ask(source) else {
                    throw NoSourceError(attempts: [], retryAfter: nil, wasCancelled: false)
                }
                return told
            }
            return Fresh(answer(told.value), Freshness(told))
        } catch {
            throw APIError(unanswered: error.reasons)
        }
    }
}

extension Sourced {
    /// The same, with when it was so; `nil` when that is not known.
    fileprivate func with(asOf time: Timestamp?) -> Sourced<(value: Value, asOf: Timestamp)>? {
        time.map { Sourced<(value: Value, asOf: Timestamp)>((value, $0), source: source, passedOver: passedOver) }
    }
}

extension OverviewAnswer {
    fileprivate init(_ overview: MarketOverview, count: Int) {
        self.init(
            coins: overview.coins.prefix(count).map { coin in
                Coin(
                    rank: coin.rank,
                    id: coin.id,
                    symbol: coin.symbol,
                    name: coin.name,
                    price: coin.price,
                    change24h: coin.change24hPercent,
                    marketCap: coin.marketCap,
                    volume24h: coin.volume24h,
                    asOf: coin.asOf
                )
            },
            global: overview.global.map { global in
                Global(
                    marketCap: global.marketCap,
                    volume24h: global.volume24h,
                    marketCapChange24h: global.marketCapChange24hPercent,
                    dominance: global.dominancePercent,
                    coinCount: global.coinCount,
                    asOf: global.asOf
                )
            }
        )
    }
}

extension TrendingAnswer {
    fileprivate init(_ trending: TrendingCoins) {
        self.init(
            coins: trending.coins.map { coin in
                Coin(
                    place: coin.place,
                    id: coin.id,
                    symbol: coin.symbol,
                    name: coin.name,
                    marketCapRank: coin.marketCapRank,
                    price: coin.price,
                    change24h: coin.change24hPercent
                )
            }
        )
    }
}

extension ProtocolsAnswer {
    fileprivate init(_ ranking: ProtocolRanking) {
        self.init(
            protocols: ranking.protocols.map { one in
                Entry(
                    slug: one.slug,
                    name: one.name,
                    category: one.category,
                    chains: one.chains,
                    tvl: one.tvl,
                    change1d: one.change1dPercent,
                    change7d: one.change7dPercent,
                    marketCap: one.marketCap
                )
            },
            excludedCategories: ranking.excludedCategories
        )
    }
}
