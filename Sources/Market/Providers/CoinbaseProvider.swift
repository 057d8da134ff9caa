package import Bus
import Domain
package import HTTPClient

/// Coinbase Exchange's public market data.
package struct CoinbaseProvider: MarketProvider {
    package static let defaultBase = "https://api.exchange.coinbase.com"
    package let name: String
    private let http: ProviderHTTP
    private let stopwatch: Stopwatch

    /// - Parameters:
    ///   - name: what stands as the source of what it tells.
    ///   - transport: the way to the network.
    ///   - base: scheme and host.
    ///   - stopwatch: keeps the pace of many questions.
    package init(
        name: String = "coinbase",
        transport: any HTTPTransport,
        base: String = defaultBase,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock())
    ) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base)
        self.stopwatch = stopwatch
    }

    /// Ten requests a second; bursts are short, so the window is too.
    package var allowance: WeightAllowance? { WeightAllowance(limit: 10, windowSeconds: 1) }
    package func quoteWeight(pairs: Int) -> Int { pairs }

    /// So many pairs are asked for at once; more of them take turns, each so long after the one before.
    private static let burst = 8
    private static let pace: Duration = .milliseconds(125)

    /// One request for each pair, one after the other: there is none for several.
    ///
    /// More pairs than fit into a second are spread over as many seconds as that takes.
    package func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        var found: [Quote] = []
        let begin = stopwatch.elapsed
        for (place, pair) in query.pairs.enumerated() {
            if query.pairs.count > CoinbaseProvider.burst {
                do {
                    try await stopwatch.sleep(until: begin + CoinbaseProvider.pace * place)
                } catch {
                    throw ProviderError(.cancelled)
                }
            }
            let response = try await http.get("/products/\(pair.text)/ticker", limit: query.limit)
            found.append(try CoinbaseParser.quote(response, pair: pair, at: query.now))
        }
        return ProviderAnswer(found)
    }

    package func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        guard let granularity = CoinbaseParser.granularity(query.interval) else {
            throw ProviderError(.unknownMarket, "no candles of \(query.interval.rawValue)")
        }
        var path = "/products/\(query.pair.text)/candles?granularity=\(granularity)"
        if let since = query.since {
            // A longer span than 300 candles is refused, so the end follows from the count.
            let end = min(query.now, since.advanced(by: query.interval.duration * (query.count - 1)))
            path += "&start=\(since)&end=\(max(since, end))"
        }
        let response = try await http.get(path, limit: query.limit)
        return ProviderAnswer(try CoinbaseParser.candles(response, for: query))
    }
}
