package import Domain
import JSON

/// Binance's market-data streams, raw or in the envelope of combined ones.
package enum BinanceStream: StreamGrammar {
    package static let name = "binance"

    package static func symbol(_ pair: TradingPair) -> String { BinanceParser.symbol(pair) }

    package static let tellsPrices = true

    package static func requests(for pairs: [TradingPair]) -> [String] {
        let streams = pairs.map { symbol($0).lowercased() }.flatMap { ["\($0)@trade", "\($0)@ticker"] }
        return [#"{"method":"SUBSCRIBE","params":\#(list(streams)),"id":1}"#]
    }

    package static func read(
        _ outer: StreamFields,
        into messages: inout [StreamMessage]
    ) throws(StreamProblem) {
        messages.append(try read(outer.has("stream") ? try outer.object("data") : outer))
    }

    private static func read(_ fields: StreamFields) throws(StreamProblem) -> StreamMessage {
        guard let kind = fields["e"] else { return try answer(fields) }
        guard kind.kind == .text else { throw StreamProblem("e is no text") }
        switch kind {
        case "trade": return .trade(try trade(fields, id: "t"), symbol: try fields.text("s"))
        // One order's trades at one price, as one.
        case "aggTrade": return .trade(try trade(fields, id: "a"), symbol: try fields.text("s"))
        case "kline": return try candle(fields)
        case "24hrTicker", "24hrMiniTicker": return .price(try price(fields), symbol: try fields.text("s"))
        case "serverShutdown": return .closing
        default: return .other
        }
    }

    /// What comes in answer to a request, or is an error.
    private static func answer(_ fields: StreamFields) throws(StreamProblem) -> StreamMessage {
        let problem = fields.has("error") ? try fields.object("error") : fields
        if problem.has("msg") { return .refused(try problem.text("msg")) }
        if fields.has("id") || fields.has("result") { return .accepted }
        // The best prices of an order book come without a kind.
        guard fields.has("u") else { throw StreamProblem("e is missing") }
        return .other
    }

    private static func trade(_ fields: StreamFields, id: JSONName) throws(StreamProblem) -> Trade {
        let amount = try fields.decimal("q")
        guard amount.isPositive else { throw StreamProblem("q is not above zero") }
        return Trade(
            id: try fields.integer(id),
            time: try fields.time("T"),
            price: try fields.price("p"),
            amount: amount
        )
    }

    private static func candle(_ fields: StreamFields) throws(StreamProblem) -> StreamMessage {
        let row = try fields.object("k")
        let code = try row.text("i")
        guard let interval = CandleInterval(rawValue: code) else { return .other }
        let candle = Candle(
            openTime: try row.time("t"),
            interval: interval,
            open: try row.price("o"),
            high: try row.price("h"),
            low: try row.price("l"),
            close: try row.price("c"),
            volume: try row.decimal("v")
        )
        return .candle(try candle.sound(), symbol: try row.text("s"), isClosed: try row.flag("x"))
    }

    private static func price(_ fields: StreamFields) throws(StreamProblem) -> StreamPrice {
        var price = StreamPrice(price: try fields.price("c"), asOf: try fields.time("E"))
        price.high24h = fields.optionalPrice("h")
        price.low24h = fields.optionalPrice("l")
        price.change24hPercent = fields.has("P") ? try fields.decimal("P") : nil
        return price
    }
}
