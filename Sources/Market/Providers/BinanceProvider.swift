import Bus
import Domain
package import HTTPClient

/// Binance's spot market, by default through its host for public data.
package struct BinanceProvider: MarketProvider {
    package static let defaultBase = "https://data-api.binance.vision"
    private let http: ProviderHTTP

    package init(transport: any HTTPTransport, base: String = defaultBase) {
        http = ProviderHTTP(transport: transport, base: base)
    }

    package var name: String { "binance" }
    package var allowance: WeightAllowance? { WeightAllowance(limit: 6000, windowSeconds: 60) }

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
            usedWeight: BinanceParser.usedWeight(response)
        )
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        var path = "/api/v3/klines?symbol=\(BinanceParser.symbol(query.pair))&interval=\(query.interval.rawValue)"
        path += "&limit=\(query.count)"
        if let since = query.since { path += "&startTime=\(since.milliseconds)" }
        let response = try await http.get(path, limit: query.limit)
        return ProviderAnswer(
            try BinanceParser.candles(response, for: query),
            usedWeight: BinanceParser.usedWeight(response)
        )
    }
}
