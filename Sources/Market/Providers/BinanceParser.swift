import Bus
import Domain
import HTTPClient

/// Reads the answers of Binance's spot API.
enum BinanceParser {
    /// `ticker/24hr` for several symbols: a list, in an order of its own.
    static func quotes(_ response: HTTPResponse, for query: QuoteQuery) throws(ProviderError) -> [Quote] {
        try check(response, at: query.now)
        let rows = try AnswerCheck.decode([Ticker].self, from: response.body)
        var found: [Quote] = []
        for pair in query.pairs {
            let symbol = symbol(pair)
            guard let row = rows.first(where: { $0.symbol == symbol }), let asOf = row.closeTime.time else {
                throw ProviderError(.malformed, "no usable row for \(symbol)")
            }
            guard row.lastPrice.value > .zero else { throw ProviderError(.malformed, "\(symbol) without a price") }
            var quote = Quote(pair: pair, symbol: symbol, price: row.lastPrice.price, asOf: asOf)
            quote.change24hPercent = row.priceChangePercent?.value
            quote.high24h = row.highPrice?.price
            quote.low24h = row.lowPrice?.price
            found.append(quote)
        }
        return found
    }

    /// `klines`: rows of twelve cells, oldest first, the last one usually still forming.
    static func candles(_ response: HTTPResponse, for query: CandleQuery) throws(ProviderError) -> CandleSeries {
        try check(response, at: query.now)
        let rows = try AnswerCheck.decode([NumberRow].self, from: response.body)
        var builder = SeriesBuilder(query)
        for row in rows {
            guard row.cells.count == 12 else { throw ProviderError(.malformed, "a row of \(row.cells.count) cells") }
            try builder.append(time: row.time(0), row, open: 1, high: 2, low: 3, close: 4, volume: 5)
        }
        return builder.series(symbol: symbol(query.pair))
    }

    /// Throws what the status or the body says is wrong.
    static func check(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) {
        try AnswerCheck.requireJSON(response, at: now)
        // All that is asked for comes as a list, so an object says what is wrong.
        if response.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            throw try AnswerCheck.decode(Problem.self, from: response.body).error
        }
        try AnswerCheck.requireSuccess(response)
    }

    /// The weight counted against our address in the current minute.
    static func usedWeight(_ response: HTTPResponse) -> Int? {
        response.headers["X-MBX-USED-WEIGHT-1M"].flatMap { Int($0.trimmingSpaces) }
    }

    /// The exchange has no dollar markets for the public, so a dollar is read as Tether's.
    static func symbol(_ pair: TradingPair) -> String { pair.base + (pair.quote == "USD" ? "USDT" : pair.quote) }

    private struct Ticker: Decodable {
        let symbol: String
        let lastPrice: NumberText
        let closeTime: NumberText
        let priceChangePercent: NumberText?
        let highPrice: NumberText?
        let lowPrice: NumberText?
    }

    private struct Problem: Decodable {
        let code: Int
        let msg: String

        var error: ProviderError {
            switch code {
            case -1003: ProviderError(.rateLimited, msg)
            case -1007, -1001, -1000: ProviderError(.unavailable, msg)
            case -1120, -1121: ProviderError(.unknownMarket, msg)
            default: ProviderError(.rejected, "\(code) \(msg)")
            }
        }
    }
}
