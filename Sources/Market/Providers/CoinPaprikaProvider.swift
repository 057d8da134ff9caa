import Bus
import Domain
package import HTTPClient

/// CoinPaprika's prices of coins, gathered from many exchanges.
///
/// Candles cost money there, so it is not asked for any.
package struct CoinPaprikaProvider: MarketProvider {
    package static let defaultBase = "https://api.coinpaprika.com"
    package static let paidBase = "https://api-pro.coinpaprika.com"
    package let name: String
    private let http: ProviderHTTP
    private let ids: CoinIDs
    private let limits: WeightAllowance
    /// Its free plan renews its figures every ten minutes, the smallest paid one every five.
    package let quoteAgeMax: Duration?

    /// - Parameters:
    ///   - name: what stands as the source of what it tells.
    ///   - transport: the way to the network.
    ///   - key: our key of a paid plan, which has a host of its own; `nil` for the free plan.
    ///   - base: another address than that of the plan.
    ///   - ids: which coins are meant by which symbols.
    ///   - allowance: another than that of the plan.
    package init(
        name: String = "coinpaprika",
        transport: any HTTPTransport,
        key: String? = nil,
        base: String? = nil,
        ids: CoinIDs = .coinPaprika,
        allowance: WeightAllowance? = nil
    ) {
        self.name = name
        http = ProviderHTTP(
            transport: transport,
            base: base ?? (key == nil ? CoinPaprikaProvider.defaultBase : CoinPaprikaProvider.paidBase),
            headers: key.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        )
        self.ids = ids
        quoteAgeMax = .seconds(key == nil ? 660 : 360)
        // The provider counts by the month alone; one request a second is ours.
        limits = allowance ?? WeightAllowance([.perMinute(60), .perMonth(key == nil ? 20_000 : 400_000)])
    }

    package var allowance: WeightAllowance? { limits }
    package func quoteWeight(pairs: Int) -> Int { pairs }

    /// One request for each pair, one after the other: there is none for several.
    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        var found: [Quote] = []
        for pair in query.pairs {
            guard let id = ids[pair.base] else { throw ProviderError(.unknownMarket, "no id of \(pair.base)") }
            let response = try await http.get("/v1/tickers/\(id)?quotes=\(pair.quote)", limit: query.limit)
            found.append(try CoinPaprikaParser.quote(response, pair: pair, id: id, at: query.now))
        }
        return ProviderAnswer(found)
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        throw ProviderError(.unknownMarket, "no candles in the free plan")
    }
}

extension CoinPaprikaProvider: MarketOverviewProvider {
    package var overviewWeight: Int { 2 }

    /// Two questions, each within half of the time; the list of all coins is read while it arrives.
    package func overview(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<MarketOverview> {
        let response = try await http.get("/v1/global", limit: query.limit / 2)
        let global = try CoinPaprikaParser.global(response, at: query.now)
        let ranks = try await http.list(
            "/v1/tickers?quotes=USD",
            into: CoinPaprikaParser.Ranks(count: query.count, now: query.now),
            at: query.now,
            limit: query.limit / 2
        )
        return ProviderAnswer(try ranks.overview(global: global))
    }
}
