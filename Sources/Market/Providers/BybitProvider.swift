import Bus
import Domain
package import HTTPClient

/// Bybit's spot market.
package struct BybitProvider: MarketProvider {
    package static let defaultBase = "https://api.bybit.com"
    package let name: String
    private let http: ProviderHTTP

    package init(name: String = "bybit", transport: any HTTPTransport, base: String = defaultBase) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base)
    }

    package var allowance: WeightAllowance? { WeightAllowance(limit: 600, windowSeconds: 5) }

    /// One pair, or the list of all: there is no question for several.
    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        var path = "/v5/market/tickers?category=spot"
        if query.pairs.count == 1, let pair = query.pairs.first { path += "&symbol=\(BybitParser.symbol(pair))" }
        let response = try await http.get(path, limit: query.limit)
        return ProviderAnswer(try BybitParser.quotes(response, for: query))
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        guard let interval = BybitParser.interval(query.interval) else {
            throw ProviderError(.unknownMarket, "no candles of \(query.interval.rawValue)")
        }
        var path = "/v5/market/kline?category=spot&symbol=\(BybitParser.symbol(query.pair))&interval=\(interval)"
        path += "&limit=\(query.count)"
        if let since = query.since {
            // The newest of a span are kept when there are more than the limit, so the span holds no more.
            let end = since.advanced(by: query.interval.duration * (query.count - 1))
            path += "&start=\(since.milliseconds)&end=\(end.milliseconds)"
        }
        let response = try await http.get(path, limit: query.limit)
        return ProviderAnswer(try BybitParser.candles(response, for: query))
    }
}
