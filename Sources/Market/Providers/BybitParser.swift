import Bus
import Domain
import HTTPClient

/// Reads the answers of Bybit's spot market, which come with status 200 even when they are errors.
enum BybitParser {
    /// `market/tickers`: one time stands for all rows.
    static func quotes(_ response: HTTPResponse, for query: QuoteQuery) throws(ProviderError) -> [Quote] {
        let answer = try result(Ticker.self, of: response, at: query.now)
        let rows = answer.result.list.compactMap(\.row)
        var found: [Quote] = []
        for pair in query.pairs {
            let symbol = symbol(pair)
            guard let row = rows.first(where: { $0.symbol == symbol }) else {
                throw ProviderError(.unknownMarket, "nothing about \(symbol)")
            }
            guard row.lastPrice.value > .zero else { throw ProviderError(.malformed, "\(symbol) without a price") }
            guard let asOf = answer.time.time else {
                throw ProviderError(.malformed, "not a time: \(answer.time.value)")
            }
            var quote = Quote(pair: pair, symbol: symbol, price: row.lastPrice.price, asOf: asOf)
            quote.change24hPercent = row.price24hPcnt.map { percent($0.value) }
            quote.high24h = row.highPrice24h?.price
            quote.low24h = row.lowPrice24h?.price
            found.append(quote)
        }
        return found
    }

    /// `market/kline`: rows of seven cells, newest first, the first one usually still forming.
    static func candles(_ response: HTTPResponse, for query: CandleQuery) throws(ProviderError) -> CandleSeries {
        let result = try result(NumberRow.self, of: response, at: query.now).result
        let symbol = symbol(query.pair)
        guard result.symbol ?? symbol == symbol else {
            throw ProviderError(.malformed, "another market than \(symbol)")
        }
        var builder = SeriesBuilder(query)
        for row in result.list.reversed() {
            guard let row = row.row, row.cells.count == 7 else { throw ProviderError(.malformed, "an unsound row") }
            try builder.append(time: row.time(0), row, open: 1, high: 2, low: 3, close: 4, volume: 5)
        }
        return builder.series(symbol: symbol)
    }

    private static func result<Row: Decodable>(
        _ type: Row.Type,
        of response: HTTPResponse,
        at now: Timestamp
    ) throws(ProviderError) -> Answer<Row> {
        try requireNoBan(response)
        try AnswerCheck.requireData(response, at: now)
        let verdict = try AnswerCheck.decode(Verdict.self, from: response.body)
        guard verdict.retCode == 0 else { throw verdict.error }
        return try AnswerCheck.decode(Answer<Row>.self, from: response.body)
    }

    /// An address that asks too much is shut out with 403, usually for half an hour; others are never served, with 403.
    private static func requireNoBan(_ response: HTTPResponse) throws(ProviderError) {
        guard response.status == 403, response.text.lowercased().contains("too frequent") else { return }
        throw ProviderError(.banned, "403", retryAfter: .seconds(1800))
    }

    /// The exchange has no dollar markets for the public, so a dollar is read as Tether's.
    static func symbol(_ pair: TradingPair) -> String { pair.base + (pair.quote == "USD" ? "USDT" : pair.quote) }

    /// The interval as the exchange counts it; `nil` for those it does not have.
    static func interval(_ interval: CandleInterval) -> String? {
        switch interval {
        case .oneDay: "D"
        case .oneWeek: "W"
        case .eightHours: nil
        default: String(interval.seconds / 60)
        }
    }

    /// Changes come as parts of one: 0.0068 is 0.68 percent.
    private static func percent(_ part: ExactDecimal) -> ExactDecimal {
        part.scale >= 2
            ? ExactDecimal(significand: part.significand, scale: part.scale - 2)
            : ExactDecimal(significand: part.significand * (part.scale == 1 ? 10 : 100), scale: 0)
    }

    // MARK: Shapes, under the provider's own names

    private struct Verdict: Decodable {
        let retCode: Int
        let retMsg: String?

        var error: ProviderError {
            let text = "\(retCode) \((retMsg ?? "").prefix(200))"
            let words = text.lowercased()
            return switch retCode {
            case 10_006, 10_018: ProviderError(.rateLimited, text)
            case 10_009: ProviderError(.banned, text)
            case 10_024: ProviderError(.refused, text)
            case 10_000, 10_016: ProviderError(.unavailable, text)
            case 10_001 where words.contains("symbol") || words.contains("interval"):
                ProviderError(.unknownMarket, text)
            default: ProviderError(.rejected, text)
            }
        }
    }

    private struct Answer<Row: Decodable>: Decodable {
        let result: List<Row>
        let time: NumberText
    }

    private struct List<Row: Decodable>: Decodable {
        let symbol: String?
        let list: [TolerantRow<Row>]
    }

    private struct Ticker: Decodable {
        let symbol: String
        let lastPrice: NumberText
        let price24hPcnt: NumberText?
        let highPrice24h: NumberText?
        let lowPrice24h: NumberText?
    }
}
