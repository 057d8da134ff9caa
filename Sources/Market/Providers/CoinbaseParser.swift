import Bus
import Domain
import HTTPClient

/// Reads the answers of Coinbase Exchange.
enum CoinbaseParser {
    /// `ticker` of one product.
    static func quote(
        _ response: HTTPResponse,
        pair: TradingPair,
        at now: Timestamp
    ) throws(ProviderError) -> Quote {
        try check(response, at: now)
        let ticker = try AnswerCheck.decode(Ticker.self, from: response.body)
        guard ticker.price.value > .zero else { throw ProviderError(.malformed, "\(pair) without a price") }
        return Quote(pair: pair, symbol: pair.text, price: ticker.price.price, asOf: ticker.time)
    }

    /// `candles`: newest first, and the cells are time, low, high, open, close, volume.
    static func candles(_ response: HTTPResponse, for query: CandleQuery) throws(ProviderError) -> CandleSeries {
        try check(response, at: query.now)
        let rows = try AnswerCheck.decode([NumberRow].self, from: response.body)
        var builder = SeriesBuilder(query)
        for row in rows.reversed() {
            guard row.cells.count == 6 else { throw ProviderError(.malformed, "a row of \(row.cells.count) cells") }
            try builder.append(time: row.time(0), row, open: 3, high: 2, low: 1, close: 4, volume: 5)
        }
        return builder.series(symbol: query.pair.text)
    }

    private static func check(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) {
        try AnswerCheck.requireJSON(response, at: now)
        guard response.status == 200 else {
            let note = try AnswerCheck.decode(Note.self, from: response.body)
            throw ProviderError(response.status == 404 ? .unknownMarket : .rejected, note.message)
        }
    }

    /// The interval in seconds; `nil` for those the exchange does not have.
    static func granularity(_ interval: CandleInterval) -> Int64? {
        [60, 300, 900, 3600, 21_600, 86_400].contains(interval.seconds) ? interval.seconds : nil
    }

    private struct Ticker: Decodable {
        let price: NumberText
        let time: Timestamp
    }

    private struct Note: Decodable {
        let message: String
    }
}
