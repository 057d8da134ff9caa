import Bus
package import Domain

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

    package static func read(_ message: [UInt8]) throws(StreamProblem) -> [StreamMessage] {
        let fields = try StreamFields(parsing: message)
        guard fields.isList else { return [try notice(fields)] }
        // The channel's number, one or two parts of content, the channel's name, the pair.
        let list = fields.cells
        guard list.count >= 4, let channel = list[list.count - 2].text, let symbol = list[list.count - 1].text
        else {
            throw StreamProblem("a list of \(list.count) without channel and pair")
        }
        let content = list[1..<list.count - 2]
        if channel == "trade" {
            var messages: [StreamMessage] = []
            for rows in content {
                guard let rows = rows.cells else { throw StreamProblem("trade is no list") }
                for row in rows { messages.append(.trade(try trade(row.cells ?? []), symbol: symbol)) }
            }
            return messages
        }
        guard channel.hasPrefix("ohlc-"), let row = content.first else { return [.other] }
        let minutes = Int64(channel.dropFirst(5)) ?? 0
        guard let interval = CandleInterval(seconds: minutes * 60) else { return [.other] }
        return [.candle(try candle(row.cells ?? [], interval), symbol: symbol, isClosed: false)]
    }

    private static func notice(_ fields: StreamFields) throws(StreamProblem) -> StreamMessage {
        switch try fields.text("event") {
        case "heartbeat", "pong": return .heartbeat(symbol: nil, lastTradeID: nil)
        case "subscriptionStatus":
            guard try fields.text("status") == "error" else { return .accepted }
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
    private static func trade(_ row: [StreamCell]) throws(StreamProblem) -> Trade {
        let amount = try number(row, 1)
        let price = try number(row, 0)
        guard amount > .zero, price > .zero else { throw StreamProblem("a trade of nothing") }
        return Trade(id: nil, time: try time(row, 2), price: Price(price), amount: amount)
    }

    /// Begin or last change, end, open, high, low, close, average, volume, count.
    private static func candle(_ row: [StreamCell], _ interval: CandleInterval) throws(StreamProblem) -> Candle {
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

    private static func number(_ row: [StreamCell], _ place: Int) throws(StreamProblem) -> ExactDecimal {
        guard row.indices.contains(place), let number = row[place].decimal else {
            throw StreamProblem("cell \(place) is no decimal number in a text")
        }
        return number
    }

    /// Seconds since 1970 with a fraction.
    private static func time(_ row: [StreamCell], _ place: Int) throws(StreamProblem) -> Timestamp {
        let seconds = try number(row, place)
        guard let nanoseconds = seconds.significand(ofScale: 9), nanoseconds >= 0,
            let exact = Int64(exactly: nanoseconds)
        else { throw StreamProblem("cell \(place) is no time") }
        return Timestamp(nanoseconds: exact)
    }
}
