import Bus
package import Domain
import JSON

/// Kraken's streams of the first kind: objects about the stream, lists about the market.
///
/// The second kind writes its figures as numbers, which do not say how many digits they have.
package enum KrakenStream: StreamGrammar {
    package static let name = "kraken"

    package static func symbol(_ pair: TradingPair) -> String {
        "\(KrakenParser.code(pair.base))/\(KrakenParser.code(pair.quote))"
    }

    package static let tellsPrices = false

    package static func requests(for pairs: [TradingPair]) -> [String] {
        [#"{"event":"subscribe","pair":\#(list(pairs.map(symbol))),"subscription":{"name":"trade"}}"#]
    }

    package static func read(
        _ fields: StreamFields,
        into messages: inout [StreamMessage]
    ) throws(StreamProblem) {
        guard fields.isList else { return messages.append(try notice(fields)) }
        // The channel's number, one or two parts of content, the channel's name, the pair.
        let count = fields.cells.reduce(0) { count, _ in count + 1 }
        guard count >= 4, let channel = fields[count - 2], channel.kind == .text, let symbol = fields[count - 1]?.text
        else {
            throw StreamProblem("a list of \(count) without channel and pair")
        }
        if case "trade" = channel {
            for rows in fields.cells.dropFirst().prefix(count - 3) {
                guard let rows = rows.list else { throw StreamProblem("trade is no list") }
                for row in rows.cells { messages.append(.trade(try trade(row.list), symbol: symbol)) }
            }
            return
        }
        messages.append(try candle(fields[1], channel.text ?? "", symbol) ?? .other)
    }

    /// `nil` when it is none, or covers a time that nobody here knows.
    private static func candle(
        _ row: JSONCell?,
        _ channel: String,
        _ symbol: String
    ) throws(StreamProblem) -> StreamMessage? {
        guard channel.hasPrefix("ohlc-") else { return nil }
        let minutes = Int32(channel.dropFirst(5)) ?? 0
        guard let interval = CandleInterval(seconds: Int64(minutes) * 60) else { return nil }
        return .candle(try candle(row?.list, interval), symbol: symbol, isClosed: false)
    }

    private static func notice(_ fields: StreamFields) throws(StreamProblem) -> StreamMessage {
        switch try fields.word("event") {
        case "heartbeat", "pong": return .heartbeat(symbol: nil, lastTradeID: nil)
        case "subscriptionStatus":
            guard case "error" = try fields.word("status") else { return .accepted }
            return .refused(try fields.text("errorMessage"))
        case "systemStatus":
            let status = try fields.text("status")
            return ["online", "post_only", "limit_only"].contains(status)
                ? .other : .refused("the exchange is \(status)")
        case "error": return .refused(try fields.text("errorMessage"))
        default: return .other
        }
    }

    /// Price, volume, time, side, kind of order, the rest.
    private static func trade(_ row: StreamFields?) throws(StreamProblem) -> Trade {
        let amount = try number(row, 1)
        let price = try number(row, 0)
        guard amount.isPositive, price.isPositive else { throw StreamProblem("a trade of nothing") }
        return Trade(id: nil, time: try time(row, 2), price: Price(price), amount: amount)
    }

    /// Begin or last change, end, open, high, low, close, average, volume, count.
    private static func candle(_ row: StreamFields?, _ interval: CandleInterval) throws(StreamProblem) -> Candle {
        let end = try time(row, 1)
        return try Candle(
            openTime: end.advanced(by: interval.duration * -1),
            interval: interval,
            open: Price(try number(row, 2)),
            high: Price(try number(row, 3)),
            low: Price(try number(row, 4)),
            close: Price(try number(row, 5)),
            volume: try number(row, 7)
        ).sound()
    }

    private static func number(_ row: StreamFields?, _ place: Int) throws(StreamProblem) -> ExactDecimal {
        guard let number = row?[place]?.decimal else {
            throw StreamProblem("cell \(place) is no decimal number in a text")
        }
        return number
    }

    /// Seconds since 1970 with a fraction.
    private static func time(_ row: StreamFields?, _ place: Int) throws(StreamProblem) -> Timestamp {
        let seconds = try number(row, place)
        guard let nanoseconds = seconds.significand(ofScale: 9), nanoseconds >= 0,
            let exact = Int64(exactly: nanoseconds)
        else { throw StreamProblem("cell \(place) is no time") }
        return Timestamp(nanoseconds: exact)
    }
}
