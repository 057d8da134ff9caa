package import Domain
import Identity

/// Prices, candles, and who tells them.
package struct MarketRoutes: Sendable {
    /// Where the answers come from; none of it may block.
    package struct Doors: Sendable {
        package var prices: @Sendable ([(symbol: String, pair: TradingPair)]) async -> PricesAnswer
        package var candles:
            @Sendable (TradingPair, CandleInterval, _ count: Int) async throws(APIError) -> Fresh<CandlesAnswer>
        package var overview: @Sendable (_ count: Int) async throws(APIError) -> Fresh<OverviewAnswer>
        package var trending: @Sendable () async throws(APIError) -> Fresh<TrendingAnswer>
        package var protocols: @Sendable () async throws(APIError) -> Fresh<ProtocolsAnswer>
        package var providers: @Sendable () -> [MarketProviderAnswer]
        /// Asks a provider out of turn; `nil` when there is no such provider.
        package var check: @Sendable (_ provider: String) async -> HealthCheckAnswer?
        package var poolCount: @Sendable () -> Int

        package init(
            prices: @escaping @Sendable ([(symbol: String, pair: TradingPair)]) async -> PricesAnswer,
            candles:
                @escaping @Sendable (TradingPair, CandleInterval, _ count: Int) async throws(APIError) -> Fresh<
                    CandlesAnswer
                >,
            overview: @escaping @Sendable (_ count: Int) async throws(APIError) -> Fresh<OverviewAnswer>,
            trending: @escaping @Sendable () async throws(APIError) -> Fresh<TrendingAnswer>,
            protocols: @escaping @Sendable () async throws(APIError) -> Fresh<ProtocolsAnswer>,
            providers: @escaping @Sendable () -> [MarketProviderAnswer],
            check: @escaping @Sendable (_ provider: String) async -> HealthCheckAnswer?,
            poolCount: @escaping @Sendable () -> Int
        ) {
            self.prices = prices
            self.candles = candles
            self.overview = overview
            self.trending = trending
            self.protocols = protocols
            self.providers = providers
            self.check = check
            self.poolCount = poolCount
        }
    }

    private let doors: Doors

    package init(_ doors: Doors) { self.doors = doors }

    private struct PricesQuery: Decodable, Sendable {
        let symbols: SymbolList
    }

    private struct CandlesQuery: Decodable, Sendable {
        let symbol: MarketName
        let interval: CandleInterval?
        let limit: CandleCount?
    }

    private struct OverviewQuery: Decodable, Sendable {
        let limit: CoinCount?
    }

    private static let group = "Market"
    private static let candlesShown = 100
    private static let coinsShown = 20

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { try prices + overviews + providers + provider }

    // MARK: Prices and candles

    private var prices: [Route] {
        get throws {
            [
                try Route.get(
                    "/api/prices",
                    access: .anyone,
                    summary: "The last prices of some coins, each with its source and its age",
                    group: MarketRoutes.group,
                    limit: .publicData,
                    query: PricesQuery.self,
                    answers: [
                        200: "The prices, the symbols that nobody knows, and those of which nobody tells a price now."
                    ]
                ) { [doors] (query, _) async throws(APIError) in
                    let wanted = query.symbols.symbols.compactMap { symbol in
                        MarketSymbol.pair(symbol).map { (symbol: symbol, pair: $0) }
                    }
                    return Route.Reply(try MarketRoutes.checked(await doors.prices(wanted)))
                },
                try Route.get(
                    "/api/ohlcv",
                    access: .anyone,
                    summary: "The newest candles of a market; the one that still forms is marked",
                    group: MarketRoutes.group,
                    limit: .publicData,
                    query: CandlesQuery.self,
                    answers: [200: "The candles, the oldest first, and the gaps between them."]
                ) { [doors] (query, _) async throws(APIError) in
                    guard let pair = query.symbol.pair else {
                        throw APIError(faults: [InputFault(field: "symbol", message: "is no market")])
                    }
                    return Route.Reply(
                        try await doors.candles(
                            pair,
                            query.interval ?? .oneHour,
                            query.limit?.count ?? MarketRoutes.candlesShown
                        )
                    )
                },
            ]
        }
    }

    // MARK: The market as a whole

    private var overviews: [Route] {
        get throws {
            [
                try Route.get(
                    "/api/market",
                    access: .anyone,
                    summary: "The largest coins, and how they share the market",
                    group: MarketRoutes.group,
                    limit: .publicData,
                    query: OverviewQuery.self,
                    answers: [200: "The coins, largest market value first, and the market as a whole where it is told."]
                ) { [doors] (query, _) async throws(APIError) in
                    Route.Reply(try await doors.overview(query.limit?.count ?? MarketRoutes.coinsShown))
                },
                try Route.get(
                    "/api/trending",
                    access: .anyone,
                    summary: "The coins that people look for most",
                    group: MarketRoutes.group,
                    limit: .publicData,
                    query: NoQuery.self,
                    answers: [200: "Seven coins, most looked for first; fewer where fewer are told."]
                ) { [doors] (_, _) async throws(APIError) in Route.Reply(try await doors.trending()) },
                try Route.get(
                    "/api/defi",
                    access: .anyone,
                    summary: "The protocols of decentralised finance that hold most",
                    group: MarketRoutes.group,
                    limit: .publicData,
                    query: NoQuery.self,
                    answers: [200: "Twenty protocols, largest value first; fewer where fewer are told."]
                ) { [doors] (_, _) async throws(APIError) in Route.Reply(try await doors.protocols()) },
            ]
        }
    }

    // MARK: Providers

    private var providers: [Route] {
        get throws {
            [
                try Route.get(
                    "/api/status",
                    access: .anyone,
                    summary: "Whether those who tell about the market answer",
                    group: MarketRoutes.group,
                    limit: .publicData,
                    query: NoQuery.self,
                    answers: [200: "How they are doing, counted."]
                ) { [doors] (_, _) async throws(APIError) in Route.Reply(ProvidersStatus(doors.providers())) },
                try Route.get(
                    "/api/stats",
                    access: .role(.viewer, scope: .read),
                    summary: "How much those who tell about the market were asked since the start",
                    group: MarketRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "In all, and by what they tell of."]
                ) { [doors] (_, _) async throws(APIError) in
                    Route.Reply(ProviderStats(doors.providers(), pools: doors.poolCount()))
                },
                try Route.get(
                    "/api/providers",
                    access: .role(.viewer, scope: .read),
                    summary: "Who tells about the market, and how each is doing",
                    group: MarketRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "In the order in which they are configured."]
                ) { [doors] (_, _) async throws(APIError) in Route.Reply(ProvidersAnswer(doors.providers())) },
                try Route.get(
                    "/api/providers/category/{category}",
                    access: .role(.viewer, scope: .read),
                    summary: "Who tells of one kind of thing, and how each is doing",
                    group: MarketRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "In the order of their names in the configuration; none where nobody tells of it."]
                ) { [doors] (_, call) async throws(APIError) in
                    guard let category = call.parameters["category"].flatMap(PoolCategory.init(rawValue:)) else {
                        throw APIError(
                            .notFound,
                            "There are the categories \(PoolCategory.allCases.map(\.rawValue).joined(separator: ", "))."
                        )
                    }
                    return Route.Reply(ProvidersAnswer(doors.providers().filter { $0.categories.contains(category) }))
                },
            ]
        }
    }

    private var provider: [Route] {
        get throws {
            [
                try Route.get(
                    "/api/providers/{id}",
                    access: .role(.viewer, scope: .read),
                    summary: "How one of those who tell about the market is doing",
                    group: MarketRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "The provider."]
                ) { [doors] (_, call) async throws(APIError) in
                    guard let found = doors.providers().first(where: { $0.id == call.parameters["id"] }) else {
                        throw MarketRoutes.noSuchProvider
                    }
                    return Route.Reply(found)
                },
                try Route.command(
                    "/api/providers/{id}/health-check",
                    access: .role(.operator, scope: .control),
                    summary: "Ask a provider at once, also one that is left alone",
                    group: MarketRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "Whether it has answered well; one that has is asked as usual again."]
                ) { [doors] (_, call) async throws(APIError) in
                    guard let answer = await doors.check(call.parameters["id"] ?? "") else {
                        throw MarketRoutes.noSuchProvider
                    }
                    return Route.Reply(answer)
                },
            ]
        }
    }

    private static let noSuchProvider = APIError(.notFound, "There is no such provider.")

    /// - Throws: `APIError` when there is not a single price: `.badRequest` when nobody knows any of the symbols.
    private static func checked(_ answer: PricesAnswer) throws(APIError) -> PricesAnswer {
        guard answer.prices.isEmpty else { return answer }
        guard let failure = answer.failed.first else {
            throw APIError(.badRequest, "No provider knows \(answer.unknown.joined(separator: ", ")).")
        }
        throw APIError(unanswered: failure.reasons)
    }
}
