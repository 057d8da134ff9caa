import Bus
import Domain
package import HTTPClient

/// CoinGecko's prices of coins, gathered from many exchanges.
///
/// It has candles without volumes only, which are of no use for signals; so it is not asked for any.
package struct CoinGeckoProvider: MarketProvider {
    package let name: String
    private let http: ProviderHTTP
    private let ids: CoinIDs
    private let limits: WeightAllowance
    package let quoteAgeMax: Duration?

    /// - Parameters:
    ///   - name: what stands as the source of what it tells.
    ///   - transport: the way to the network.
    ///   - access: which host, which key.
    ///   - base: another address than the access's own.
    ///   - ids: which coins are meant by which symbols.
    ///   - allowance: another than the access's own.
    package init(
        name: String = "coingecko",
        transport: any HTTPTransport,
        access: CoinGeckoAccess = .keyless,
        base: String? = nil,
        ids: CoinIDs = .coinGecko,
        allowance: WeightAllowance? = nil
    ) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base ?? access.defaultBase, headers: access.headers)
        self.ids = ids
        quoteAgeMax = access.quoteAgeMax
        limits = allowance ?? access.defaultAllowance
    }

    package var allowance: WeightAllowance? { limits }

    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        var wanted: [String] = []
        for pair in query.pairs {
            guard let id = ids[pair.base] else { throw ProviderError(.unknownMarket, "no id of \(pair.base)") }
            wanted.append(id)
        }
        let currencies = Set(query.pairs.map { $0.quote.lowercased() }).sorted().joined(separator: ",")
        let response = try await http.get(
            "/api/v3/simple/price?ids=\(wanted.joined(separator: ","))&vs_currencies=\(currencies)"
                + "&include_24hr_change=true&include_last_updated_at=true&precision=full",
            limit: query.limit
        )
        return ProviderAnswer(try CoinGeckoParser.quotes(response, for: query, ids: ids))
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        throw ProviderError(.unknownMarket, "its candles have no volumes")
    }
}

extension CoinGeckoProvider: MarketOverviewProvider {
    package var overviewWeight: Int { 2 }

    /// Two questions, each within half of the time.
    package func overview(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<MarketOverview> {
        let markets = try await http.get(
            "/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=\(query.count)&page=1"
                + "&sparkline=false&precision=full",
            limit: query.limit / 2
        )
        let coins = try CoinGeckoParser.coins(markets, at: query.now)
        let response = try await http.get("/api/v3/global", limit: query.limit / 2)
        let global = try CoinGeckoParser.global(response, at: query.now)
        return ProviderAnswer(try coins.overview(count: query.count, global: global))
    }
}

extension CoinGeckoProvider: TrendingProvider {
    package func trending(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<TrendingCoins> {
        let response = try await http.get("/api/v3/search/trending", limit: query.limit)
        return ProviderAnswer(try CoinGeckoParser.trending(response, for: query))
    }
}
