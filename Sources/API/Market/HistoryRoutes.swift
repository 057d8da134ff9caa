package import Bus
package import Domain
import Identity

/// What the station has kept of the markets.
package struct HistoryRoutes: Sendable {
    /// Where the answers come from; none of it may block.
    package struct Doors: Sendable {
        package var prices:
            @Sendable (TradingPair, Range<Timestamp>, _ limit: Int) async throws(APIError) -> PriceHistoryAnswer
        package var candles:
            @Sendable (TradingPair, CandleInterval, Range<Timestamp>, _ limit: Int) async throws(APIError) ->
                CandleHistoryAnswer
        /// `nil` for a protocol of which nothing was ever kept.
        package var defi:
            @Sendable (_ slug: String, Range<Timestamp>, _ limit: Int) async throws(APIError) -> DefiHistoryAnswer?
        package var chart: @Sendable (_ days: Int) async throws(APIError) -> TVLChartAnswer

        package init(
            prices:
                @escaping @Sendable (TradingPair, Range<Timestamp>, _ limit: Int) async throws(APIError) ->
                PriceHistoryAnswer,
            candles:
                @escaping @Sendable (TradingPair, CandleInterval, Range<Timestamp>, _ limit: Int)
                async throws(APIError) -> CandleHistoryAnswer,
            defi:
                @escaping @Sendable (_ slug: String, Range<Timestamp>, _ limit: Int) async throws(APIError) ->
                DefiHistoryAnswer?,
            chart: @escaping @Sendable (_ days: Int) async throws(APIError) -> TVLChartAnswer
        ) {
            self.prices = prices
            self.candles = candles
            self.defi = defi
            self.chart = chart
        }
    }

    private let doors: Doors
    private let now: @Sendable () -> Timestamp

    package init(_ doors: Doors, now: @escaping @Sendable () -> Timestamp) {
        self.doors = doors
        self.now = now
    }

    /// How many days back: 1 to 36500.
    package struct DayCount: BoundedCount {
        package static let bounds = 1...36_500
        package let count: Int

        package init(count: Int) { self.count = count }
    }

    private struct Query: Decodable, Sendable {
        let days: DayCount?
        /// Where a page begins: `next` of the one before.
        let from: Timestamp?
        let limit: CandleCount?
    }

    private struct CandlesQuery: Decodable, Sendable {
        let interval: CandleInterval?
        let days: DayCount?
        let from: Timestamp?
        let limit: CandleCount?
    }

    private static let group = "Market"
    private static let chartDays = 30
    private static let rowsMax = 1000

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/api/prices/history/{symbol}",
                access: .role(.viewer, scope: .read),
                summary: "The prices of a market that the station has kept; how far back depends on the tier",
                group: HistoryRoutes.group,
                limit: .publicData,
                query: Query.self,
                answers: [200: "A page of prices, the oldest first, and the gaps between them."]
            ) { [self] (query, call) async throws(APIError) in
                let pair = try HistoryRoutes.pair(call)
                let range = try range(query.days, otherwise: 30, from: query.from, call)
                return Route.Reply(try await doors.prices(pair, range, query.limit?.count ?? HistoryRoutes.rowsMax))
            },
            try Route.get(
                "/api/ohlcv/history/{symbol}",
                access: .role(.viewer, scope: .read),
                summary: "The candles of a market that the station has kept; how far back depends on the tier",
                group: HistoryRoutes.group,
                limit: .publicData,
                query: CandlesQuery.self,
                answers: [200: "A page of candles, the oldest first, and what is missing between them and why."]
            ) { [self] (query, call) async throws(APIError) in
                let pair = try HistoryRoutes.pair(call)
                let range = try range(query.days, otherwise: 90, from: query.from, call)
                return Route.Reply(
                    try await doors.candles(
                        pair,
                        query.interval ?? .oneDay,
                        range,
                        query.limit?.count ?? HistoryRoutes.rowsMax
                    )
                )
            },
            try Route.get(
                "/api/defi/history/{protocol}",
                access: .role(.viewer, scope: .read),
                summary: "What a DeFi protocol has held, hour by hour; how far back depends on the tier",
                group: HistoryRoutes.group,
                limit: .publicData,
                query: Query.self,
                answers: [200: "A page of figures, the oldest first, and the gaps between them."]
            ) { [self] (query, call) async throws(APIError) in
                let range = try range(query.days, otherwise: 30, from: query.from, call)
                let slug = call.parameters["protocol"] ?? ""
                guard
                    let answer = try await doors.defi(slug, range, query.limit?.count ?? HistoryRoutes.rowsMax)
                else { throw APIError(.notFound, "Nothing was ever kept of such a protocol.") }
                return Route.Reply(answer)
            },
            try Route.get(
                "/api/defi/tvl-chart",
                access: .anyone,
                summary:
                    "What DeFi protocols have held together on each of the last 30 days, as the station has kept it",
                group: HistoryRoutes.group,
                limit: .publicData,
                query: NoQuery.self,
                answers: [200: "Every day, the oldest first; days of which nothing is kept have no figures."]
            ) { [doors] (_, _) async throws(APIError) in
                Route.Reply(try await doors.chart(HistoryRoutes.chartDays))
            },
        ]
    }

    // MARK: How far back

    /// - Returns: `nil` for all there is.
    static func depth(of tier: Tier) -> Int? {
        switch tier {
        case .free: 7
        case .pro: 90
        case .enterprise: nil
        }
    }

    /// Of whoever names no number of days, as many as are usual and allowed; whoever asks for more than his tier may see
    /// is told so, and not given less without a word.
    private func range(
        _ days: DayCount?,
        otherwise usual: Int,
        from start: Timestamp?,
        _ call: Route.Call
    ) throws(APIError) -> Range<Timestamp> {
        let tier = try call.known().tier
        let depth = HistoryRoutes.depth(of: tier)
        if let days, let depth, days.count > depth {
            throw APIError(.tierRequired, "The tier \(tier.rawValue) reads \(depth) days back.")
        }
        let count = days?.count ?? min(usual, depth ?? usual)
        let now = now()
        let earliest = now.advanced(by: .seconds(-86_400 * count))
        return max(earliest, min(start ?? earliest, now))..<now
    }

    private static func pair(_ call: Route.Call) throws(APIError) -> TradingPair {
        guard let pair = MarketSymbol.pair((call.parameters["symbol"] ?? "").uppercased()) else {
            throw APIError(faults: [InputFault(field: "symbol", message: "is no market")])
        }
        return pair
    }
}
