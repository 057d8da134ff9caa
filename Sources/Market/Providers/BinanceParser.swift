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

    /// `exchangeInfo`: how much weight may be used within which windows.
    static func allowance(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) -> WeightAllowance {
        try requireNoBan(response, at: now)
        try AnswerCheck.requireJSON(response, at: now)
        guard response.status == 200 else { throw try AnswerCheck.decode(Problem.self, from: response.body).error }
        let limits = try AnswerCheck.decode(ExchangeInfo.self, from: response.body).rateLimits
        // Requests are counted too, but so many that the weight always runs out first; orders are none of ours.
        var windows: [RateWindow] = []
        for limit in limits where limit.rateLimitType == "REQUEST_WEIGHT" {
            let count = limit.intervalNum
            guard let unit = seconds(of: limit.interval.prefix(1)), limit.limit > 0, (1...366).contains(count) else {
                throw ProviderError(.malformed, "a limit of \(limit.limit) for \(count) \(limit.interval)")
            }
            windows.append(RateWindow(limit: limit.limit, length: .seconds(unit * count)))
        }
        if windows.isEmpty { throw ProviderError(.malformed, "no limit of weight") }
        return WeightAllowance(windows)
    }

    /// Throws what the status or the body says is wrong.
    static func check(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) {
        try requireNoBan(response, at: now)
        try AnswerCheck.requireJSON(response, at: now)
        // All that is asked for comes as a list, so an object says what is wrong.
        if response.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            throw try AnswerCheck.decode(Problem.self, from: response.body).error
        }
        try AnswerCheck.requireSuccess(response)
    }

    /// The weight counted against our address, for each window that the headers name, such as
    /// `X-MBX-USED-WEIGHT-1M`; shortest first.
    static func uses(_ response: HTTPResponse) -> [WeightUse] {
        var found: [(seconds: Int64, used: Int)] = []
        for field in response.headers {
            let name = field.name.lowercased()
            guard name.hasPrefix("x-mbx-used-weight-"), let used = Int(field.value.trimmingSpaces), used >= 0 else {
                continue
            }
            let window = name.dropFirst("x-mbx-used-weight-".count).uppercased()
            guard let unit = seconds(of: window.suffix(1)), let count = Int64(window.dropLast()),
                (1...366).contains(count)
            else { continue }
            found.append((unit * count, used))
        }
        return found.sorted { $0.seconds < $1.seconds }.map { WeightUse(length: .seconds($0.seconds), used: $0.used) }
    }

    /// The length of a window's unit by its first letter.
    private static func seconds(of unit: some StringProtocol) -> Int64? {
        switch unit {
        case "S": 1
        case "M": 60
        case "H": 3600
        case "D": 86_400
        default: nil
        }
    }

    /// Throws when the answer is a ban, whose text says until when it lasts.
    ///
    /// In milliseconds: `IP banned until 1700000190000.`
    private static func requireNoBan(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) {
        let phrase = "banned until "
        guard response.body.count <= 4096 else { return }
        let text = response.text
        guard let found = text.firstRange(of: phrase) else { return }
        let digits = text[found.upperBound...].prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), let end = Timestamp(exchangeTime: number) else { return }
        let header = response.headers["Retry-After"].flatMap { RetryAfter.duration($0, at: now) } ?? .zero
        let wait = min(RetryAfter.longest, max(header, now.duration(to: end)))
        throw ProviderError(.banned, "\(response.status) until \(end)", retryAfter: max(.zero, wait))
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

    private struct ExchangeInfo: Decodable {
        struct Limit: Decodable {
            let rateLimitType: String
            let interval: String
            let intervalNum: Int64
            let limit: Int
        }

        let rateLimits: [Limit]
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
