import Bus
import Domain
package import HTTPClient

/// Binance's spot market, by default through its host for public data.
package struct BinanceProvider: MarketProvider {
    package static let defaultBase = "https://data-api.binance.vision"
    /// Of an address, not of a key.
    package static let defaultAllowance = WeightAllowance(limit: 6000, windowSeconds: 60)
    package let name: String
    private let http: ProviderHTTP
    private let limits: WeightAllowance

    /// - Parameters:
    ///   - name: what stands as the source of what it tells.
    ///   - transport: the way to the network.
    ///   - base: scheme and host.
    ///   - allowance: how much may be asked, as `exchangeAllowance` tells it.
    package init(
        name: String = "binance",
        transport: any HTTPTransport,
        base: String = defaultBase,
        allowance: WeightAllowance = defaultAllowance
    ) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base)
        limits = allowance
    }

    package var allowance: WeightAllowance? { limits }

    package func quoteWeight(pairs: Int) -> Int {
        switch pairs {
        case ...20: 2
        case ...100: 40
        default: 80
        }
    }

    package var candleWeight: Int { 2 }

    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        // A list of names in brackets and quotes, escaped for a query.
        let symbols = query.pairs.map { "%22\(BinanceParser.symbol($0))%22" }.joined(separator: ",")
        let response = try await http.get("/api/v3/ticker/24hr?symbols=%5B\(symbols)%5D", limit: query.limit)
        return ProviderAnswer(
            try BinanceParser.quotes(response, for: query),
            uses: BinanceParser.uses(response)
        )
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        var path = "/api/v3/klines?symbol=\(BinanceParser.symbol(query.pair))&interval=\(query.interval.rawValue)"
        path += "&limit=\(query.count)"
        if let since = query.since { path += "&startTime=\(since.milliseconds)" }
        let response = try await http.get(path, limit: query.limit)
        return ProviderAnswer(
            try BinanceParser.candles(response, for: query),
            uses: BinanceParser.uses(response)
        )
    }

    /// Asks for the exchange's own limits, which it has changed before; to be done once at the start.
    ///
    /// Costs a weight of 20. One market is named, because the answer about all of them is several megabytes.
    package func exchangeAllowance(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<WeightAllowance> {
        let symbol = query.pairs.first.map(BinanceParser.symbol) ?? "BTCUSDT"
        let response = try await http.get("/api/v3/exchangeInfo?symbol=\(symbol)", limit: query.limit)
        return ProviderAnswer(
            try BinanceParser.allowance(response, at: query.now),
            uses: BinanceParser.uses(response)
        )
    }
}
