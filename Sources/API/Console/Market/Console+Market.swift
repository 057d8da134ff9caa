import Domain
import Hummingbird
import Identity

extension Console {
    /// The pages of the market.
    func marketRoutes(_ market: ConsoleMarket) -> [Route] { [markets(market), providers(market)] }

    private func markets(_ market: ConsoleMarket) -> Route {
        .page(
            "/markets",
            access: .anyone,
            summary: "The prices that are followed, and a chart of one of them",
            query: ["pair", "interval"]
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let (query, pairs) = (Console.query(request), market.pairs())
            // Only what is followed: whoever looks at pages makes nobody be asked for anything else.
            let pair = pairs.first { $0.text == query["pair"] } ?? pairs.first
            let interval = query["interval"].flatMap(CandleInterval.init(rawValue:)) ?? .oneHour
            var chart: Shown<Fresh<CandlesAnswer>>?
            if let pair {
                chart = await shown { () throws(APIError) in
                    try await market.candles(pair, interval, MarketsPage.candlesShown)
                }
            }
            let page = MarketsPage(
                market: data.market(),
                pairs: pairs,
                pair: pair,
                interval: interval,
                chart: chart,
                now: visit.now
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private func providers(_ market: ConsoleMarket) -> Route {
        .page(
            "/providers",
            access: .role(.viewer, scope: .read),
            summary: "Who tells about the market, how each is doing, and in which order they are asked"
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let page = ProvidersPage(providers: market.providers(), pools: market.pools(), now: visit.now)
            return PageAnswer(page.framed(visit))
        }
    }
}
