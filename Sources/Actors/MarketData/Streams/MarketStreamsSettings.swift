package import Domain
package import Market

/// What is streamed, read anew every second, so that a reload needs no restart.
package struct MarketStreamsSettings: Hashable, Sendable {
    package struct Exchange: Hashable, Sendable {
        package let name: String
        package let address: String

        package init(name: String, address: String) {
            self.name = name
            self.address = address
        }

        /// How it speaks; `nil` for one that has no streams that could be read.
        var grammar: (any StreamGrammar.Type)? {
            MarketStreamsSettings.grammars.first { $0.name == name }
        }
    }

    /// Those whose streams can be read.
    package static let grammars: [any StreamGrammar.Type] = [
        BinanceStream.self, CoinbaseStream.self, KrakenStream.self,
    ]

    /// In the order in which their word counts.
    package var exchanges: [Exchange]
    package var pairs: [TradingPair]
    /// A stream that says nothing for so long is begun anew.
    package var silenceMax: Duration

    package init(exchanges: [Exchange], pairs: [TradingPair], silenceMax: Duration = .seconds(20)) {
        self.exchanges = exchanges
        self.pairs = pairs
        self.silenceMax = silenceMax
    }
}
