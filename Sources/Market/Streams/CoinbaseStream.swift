package import Domain
import JSON

/// The feed of Coinbase's exchange.
package enum CoinbaseStream: StreamGrammar {
    package static let name = "coinbase"

    package static func symbol(_ pair: TradingPair) -> String { pair.text }

    package static let tellsPrices = true

    package static func requests(for pairs: [TradingPair]) -> [String] {
        let products = list(pairs.map(symbol))
        return [#"{"type":"subscribe","product_ids":\#(products),"channels":["ticker","matches","heartbeat"]}"#]
    }

    package static func read(
        _ fields: StreamFields,
        into messages: inout [StreamMessage]
    ) throws(StreamProblem) {
        messages.append(try read(fields))
    }

    private static func read(_ fields: StreamFields) throws(StreamProblem) -> StreamMessage {
        switch try fields.word("type") {
        // The last one before the subscription is told first.
        case "match", "last_match": return .trade(try trade(fields), symbol: try fields.text("product_id"))
        case "ticker": return .price(try price(fields), symbol: try fields.text("product_id"))
        case "heartbeat":
            return .heartbeat(symbol: try fields.text("product_id"), lastTradeID: try fields.integer("last_trade_id"))
        case "subscriptions": return .accepted
        case "error":
            let reason = fields.has("reason") ? ": \(try fields.text("reason"))" : ""
            return .refused(try fields.text("message") + reason)
        default: return .other
        }
    }

    private static func trade(_ fields: StreamFields) throws(StreamProblem) -> Trade {
        let amount = try fields.decimal("size")
        guard amount.isPositive else { throw StreamProblem("size is not above zero") }
        return Trade(
            id: try fields.integer("trade_id"),
            time: try fields.dateTime("time"),
            price: try fields.price("price"),
            amount: amount
        )
    }

    private static func price(_ fields: StreamFields) throws(StreamProblem) -> StreamPrice {
        var price = StreamPrice(price: try fields.price("price"), asOf: try fields.dateTime("time"))
        price.high24h = fields.optionalPrice("high_24h")
        price.low24h = fields.optionalPrice("low_24h")
        price.change24hPercent = fields.optionalPrice("open_24h")
            .flatMap { price.price.amount.changePercent(from: $0.amount) }
        return price
    }
}
