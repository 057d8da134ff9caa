package import Bus
package import Domain

/// What one message of an exchange's live stream says.
package enum StreamMessage: Hashable, Sendable {
    case trade(Trade, symbol: String)
    /// A candle as it stands; once it is closed it no longer changes.
    case candle(Candle, symbol: String, isClosed: Bool)
    case price(StreamPrice, symbol: String)
    /// The stream is alive; where the exchange counts its trades, with the number of the last one.
    case heartbeat(symbol: String?, lastTradeID: Int64?)
    /// What was asked for is coming.
    case accepted
    /// The exchange will not do what was asked, or has ended it, and says why.
    case refused(String)
    /// The exchange says that it will close this connection soon.
    case closing
    /// A kind that nobody has asked for.
    case other
}

/// The last price in a stream.
package struct StreamPrice: Hashable, Sendable {
    package let price: Price
    package let asOf: Timestamp
    package var change24hPercent: ExactDecimal?
    package var high24h: Price?
    package var low24h: Price?

    package init(price: Price, asOf: Timestamp) {
        self.price = price
        self.asOf = asOf
    }
}

/// A message that is not what its exchange sends.
package struct StreamProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, naming the field.
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Reads the messages of one exchange's streams, and says how to ask for them.
package protocol StreamGrammar: Sendable {
    /// The exchange.
    static var name: String { get }

    /// Whether it tells prices apart from trades; otherwise a trade's price is the last price.
    static var tellsPrices: Bool { get }

    /// What the exchange calls a market in its streams.
    static func symbol(_ pair: TradingPair) -> String

    /// What to send for the trades, prices and heartbeats of some markets.
    static func requests(for pairs: [TradingPair]) -> [String]

    /// Appends what one message says: several things where the exchange puts several into one.
    ///
    /// - Throws: `StreamProblem` for one that is malformed; nothing of it is used then.
    static func read(_ fields: StreamFields, into messages: inout [StreamMessage]) throws(StreamProblem)
}

extension StreamGrammar {
    /// What one message says, where no others follow.
    package static func read(_ message: some Collection<UInt8>) throws(StreamProblem) -> [StreamMessage] {
        var reader = StreamReader(Self.self)
        return try reader.read(Array(message))
    }

    /// A list of texts, none of which holds anything that has to be escaped.
    static func list(_ texts: [String]) -> String { "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
}
