import Bus
import Domain
package import HTTPClient

/// Kraken's public market data.
package struct KrakenProvider: MarketProvider {
    package static let defaultBase = "https://api.kraken.com"
    package let name: String
    private let http: ProviderHTTP

    package init(name: String = "kraken", transport: any HTTPTransport, base: String = defaultBase) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base)
    }

    /// The exchange asks for one request a second on average; nothing in its answers says how many were counted.
    package var allowance: WeightAllowance? { WeightAllowance(limit: 60, windowSeconds: 60) }

    /// Older ones it does not tell, and answers with these instead.
    package var candleReach: Int? { 720 }

    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        let names = query.pairs.map(KrakenParser.name).joined(separator: ",")
        let response = try await http.get("/0/public/Ticker?pair=\(names)", limit: query.limit)
        return ProviderAnswer(try KrakenParser.quotes(response, for: query))
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        guard let minutes = KrakenParser.minutes(query.interval) else {
            throw ProviderError(.unknownMarket, "no candles of \(query.interval.rawValue)")
        }
        var path = "/0/public/OHLC?pair=\(KrakenParser.name(query.pair))&interval=\(minutes)"
        // What is asked for comes after the given second.
        if let since = query.since { path += "&since=\(since.milliseconds / 1000 - 1)" }
        let response = try await http.get(path, limit: query.limit)
        return ProviderAnswer(try KrakenParser.candles(response, for: query))
    }
}
