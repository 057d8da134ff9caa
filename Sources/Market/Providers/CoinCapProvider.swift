import Bus
import Domain
package import HTTPClient

/// CoinCap's prices of coins, which since its third version are told to those with a key only.
package struct CoinCapProvider: MarketProvider {
    package static let defaultBase = "https://rest.coincap.io"
    package static let defaultAllowance = WeightAllowance([.perMinute(600), .perMonth(2500)])
    package let name: String
    private let http: ProviderHTTP
    private let hasKey: Bool
    private let ids: CoinIDs
    private let limits: WeightAllowance

    /// - Parameters:
    ///   - name: what stands as the source of what it tells.
    ///   - transport: the way to the network.
    ///   - key: our key; without one nothing is asked.
    ///   - base: scheme and host.
    ///   - ids: which coins are meant by which symbols.
    ///   - allowance: how much may be asked; by default that of the free plan.
    package init(
        name: String = "coincap",
        transport: any HTTPTransport,
        key: String? = nil,
        base: String = defaultBase,
        ids: CoinIDs = .coinCap,
        allowance: WeightAllowance = defaultAllowance
    ) {
        self.name = name
        http = ProviderHTTP(
            transport: transport,
            base: base,
            headers: key.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        )
        hasKey = key != nil
        self.ids = ids
        limits = allowance
    }

    package var allowance: WeightAllowance? { limits }
    package var obstacle: String? { hasKey ? nil : "needs a key" }

    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        try requireKey()
        var wanted: [String] = []
        for pair in query.pairs {
            guard pair.quote == "USD", let id = ids[pair.base] else {
                throw ProviderError(.unknownMarket, "no id of \(pair)")
            }
            wanted.append(id)
        }
        let response = try await http.get("/v3/assets?ids=\(wanted.joined(separator: ","))", limit: query.limit)
        return ProviderAnswer(try CoinCapParser.quotes(response, for: query, ids: ids))
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        try requireKey()
        throw ProviderError(.unknownMarket, "no candles of coins")
    }

    private func requireKey() throws(ProviderError) {
        if let obstacle { throw ProviderError(.notSetUp, obstacle) }
    }
}

extension CoinCapProvider: MarketOverviewProvider {
    package func overview(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<MarketOverview> {
        try requireKey()
        let response = try await http.get("/v3/assets?limit=\(query.count)", limit: query.limit)
        return ProviderAnswer(try CoinCapParser.overview(response, for: query))
    }
}
