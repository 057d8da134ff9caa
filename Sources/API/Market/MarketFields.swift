package import Domain

/// Symbols of coins or pairs, separated by commas, such as `BTC,eth,SOL-EUR`: 1 to 20.
package struct SymbolList: Codable, Hashable, Sendable, SchemaLeaf {
    package static let countMax = 20
    package static let schema: SchemaNode = [
        "type": "string", "minLength": 1, "maxLength": 700, "pattern": "^[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*$",
    ]
    package static let sample = SymbolList(symbols: ["BTC"])

    /// In capital letters, each once, in the order in which they were asked for.
    package let symbols: [String]

    private init(symbols: [String]) { self.symbols = symbols }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let parts = try container.decode(String.self).split(separator: ",", omittingEmptySubsequences: false)
        var symbols: [String] = []
        for part in parts {
            let symbol = part.uppercased()
            guard MarketSymbol.pair(symbol) != nil else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a symbol")
            }
            if !symbols.contains(symbol) { symbols.append(symbol) }
        }
        guard symbols.count <= SymbolList.countMax else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "too many symbols")
        }
        self.symbols = symbols
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(symbols.joined(separator: ","))
    }
}

/// What people write for a market.
enum MarketSymbol {
    /// What prices are in, where only the coin is named.
    private static let currency = "USD"
    /// Exchanges write both in one word; a dollar coin stands for a dollar.
    private static let endings = [("USDT", "USD"), ("USDC", "USD"), ("USD", "USD"), ("EUR", "EUR"), ("GBP", "GBP")]

    /// The pair that is meant by `BTC`, `BTC-EUR` or `BTCUSDT`, in capital letters; `nil` for anything else.
    static func pair(_ text: String) -> TradingPair? {
        if text.contains("-") { return TradingPair(text) }
        for (ending, quote) in endings where text.hasSuffix(ending) && text != ending {
            return TradingPair(base: text.dropLast(ending.count), quote: quote)
        }
        return TradingPair(base: text, quote: currency)
    }
}

/// One market, such as `BTC`, `BTC-EUR` or `BTCUSDT`.
package struct MarketName: Codable, Hashable, Sendable, SchemaLeaf {
    package static let schema: SchemaNode = [
        "type": "string", "minLength": 1, "maxLength": 31, "pattern": "^[A-Za-z0-9-]+$",
    ]
    package static let sample = MarketName(text: "BTC")

    private let text: String

    private init(text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try container.decode(String.self)
        guard MarketSymbol.pair(text.uppercased()) != nil else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a market")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    var pair: TradingPair? { MarketSymbol.pair(text.uppercased()) }
}

/// How many candles: 1 to 1000.
package struct CandleCount: BoundedCount {
    package static let bounds = 1...1000
    package let count: Int

    package init(count: Int) { self.count = count }
}

/// How many coins: 1 to 100.
package struct CoinCount: BoundedCount {
    package static let bounds = 1...100
    package let count: Int

    package init(count: Int) { self.count = count }
}
