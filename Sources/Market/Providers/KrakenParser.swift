import Bus
import Domain
import HTTPClient

/// Reads the answers of Kraken's public API, which come with status 200 even when they are errors.
enum KrakenParser {
    /// Reads `Ticker`, which is keyed by the exchange's own names.
    ///
    /// It tells no time, so the time of asking stands for it.
    static func quotes(_ response: HTTPResponse, for query: QuoteQuery) throws(ProviderError) -> [Quote] {
        let result = try result([String: Ticker].self, of: response, at: query.now)
        var found: [Quote] = []
        for pair in query.pairs {
            let names = [name(pair), longName(pair)]
            guard let symbol = names.first(where: { result[$0] != nil }), let row = result[symbol],
                let last = row.c.first, last.value > .zero
            else { throw ProviderError(.malformed, "no usable row for \(pair)") }
            var quote = Quote(pair: pair, symbol: symbol, price: last.price, asOf: query.now)
            // The second of each pair covers the last 24 hours, the first the day so far.
            quote.high24h = row.h?.dropFirst().first?.price
            quote.low24h = row.l?.dropFirst().first?.price
            found.append(quote)
        }
        return found
    }

    /// `OHLC`: under the only key that is not `last`; the last row is still forming.
    static func candles(_ response: HTTPResponse, for query: CandleQuery) throws(ProviderError) -> CandleSeries {
        let result = try result([String: Table].self, of: response, at: query.now)
        let tables = result.filter { $0.key != "last" }
        guard tables.count == 1, let (symbol, table) = tables.first, case .rows(let rows) = table else {
            throw ProviderError(.malformed, "\(tables.count) tables")
        }
        var builder = SeriesBuilder(query)
        for row in rows {
            guard row.cells.count == 8 else { throw ProviderError(.malformed, "a row of \(row.cells.count) cells") }
            try builder.append(time: row.time(0), row, open: 1, high: 2, low: 3, close: 4, volume: 6)
        }
        return builder.series(symbol: symbol)
    }

    private static func result<Value: Decodable>(
        _ type: Value.Type,
        of response: HTTPResponse,
        at now: Timestamp
    ) throws(ProviderError) -> Value {
        try AnswerCheck.requireJSON(response, at: now)
        let errors = try AnswerCheck.decode(Errors.self, from: response.body).error
        if let first = errors.first { throw error(first) }
        try AnswerCheck.requireSuccess(response)
        return try AnswerCheck.decode(Answer<Value>.self, from: response.body).result
    }

    private static func error(_ text: String) -> ProviderError {
        if text.contains("Rate limit") || text.contains("Too many requests") || text.contains("Throttled") {
            return ProviderError(.rateLimited, text)
        }
        if text.contains("Unknown asset pair") { return ProviderError(.unknownMarket, text) }
        if text.hasPrefix("EService") { return ProviderError(.unavailable, text) }
        return ProviderError(.rejected, text)
    }

    /// The name to ask by, such as `XBTUSD`.
    static func name(_ pair: TradingPair) -> String { code(pair.base) + code(pair.quote) }

    /// The name that older markets answer by: an X before coins, a Z before money.
    private static func longName(_ pair: TradingPair) -> String { "X\(code(pair.base))Z\(code(pair.quote))" }

    static func code(_ code: String) -> String {
        switch code {
        case "BTC": "XBT"
        case "DOGE": "XDG"
        default: code
        }
    }

    /// The interval as the exchange counts it; `nil` for those it does not have.
    static func minutes(_ interval: CandleInterval) -> Int? {
        let minutes = Int(interval.seconds / 60)
        return [1, 5, 15, 30, 60, 240, 1440, 10_080].contains(minutes) ? minutes : nil
    }

    private struct Errors: Decodable {
        let error: [String]
    }

    private struct Answer<Value: Decodable>: Decodable {
        let result: Value
    }

    /// One-letter names are the exchange's: last trade, high, low.
    private struct Ticker: Decodable {
        let c: [NumberText]
        let h: [NumberText]?
        let l: [NumberText]?
    }

    private enum Table: Decodable {
        case rows([NumberRow])
        case mark(NumberText)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do {
                self = .mark(try container.decode(NumberText.self))
            } catch is DecodingError {
                self = .rows(try container.decode([NumberRow].self))
            }
        }
    }
}
