import Bus
import Domain
package import HTTPClient
import JSON

/// Hyperliquid's perpetual futures.
package struct HyperliquidProvider: MarketProvider {
    package static let defaultBase = "https://api.hyperliquid.xyz"
    package let name: String
    private let http: ProviderHTTP

    package init(name: String = "hyperliquid", transport: any HTTPTransport, base: String = defaultBase) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base)
    }

    package var allowance: WeightAllowance? { WeightAllowance(limit: 1200, windowSeconds: 60) }
    package func quoteWeight(pairs: Int) -> Int { 2 }
    /// Twenty, and one more for each 60 candles that may come.
    package var candleWeight: Int { 20 + CandleQuery.countMax / 60 }

    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        let response = try await ask(["type": "allMids"], limit: query.limit)
        return ProviderAnswer(try HyperliquidParser.quotes(response, for: query))
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        guard query.pair.quote == "USD" else { throw ProviderError(.unknownMarket, "nothing about \(query.pair)") }
        guard query.interval != .sixHours else { throw ProviderError(.unknownMarket, "no candles of 6h") }
        let span = query.interval.duration * (query.count - 1)
        let start = query.since ?? query.interval.start(of: query.now).advanced(by: .zero - span)
        let end = query.since.map { $0.advanced(by: span) } ?? query.now
        let response = try await ask(
            [
                "type": "candleSnapshot",
                "req": [
                    "coin": .string(query.pair.base), "interval": .string(query.interval.rawValue),
                    "startTime": .int(start.milliseconds), "endTime": .int(end.milliseconds),
                ],
            ],
            limit: query.limit
        )
        return ProviderAnswer(try HyperliquidParser.candles(response, for: query))
    }

    private func ask(_ question: JSONValue, limit: Duration) async throws(ProviderError) -> HTTPResponse {
        try await http.post("/info", body: question.bytes, limit: limit)
    }
}

extension HyperliquidProvider: PerpetualsProvider {
    package var perpetualsWeight: Int { 20 }

    package func perpetuals(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<PerpetualMarkets> {
        let response = try await ask(["type": "metaAndAssetCtxs"], limit: query.limit)
        return ProviderAnswer(try HyperliquidParser.perpetuals(response, for: query))
    }
}
