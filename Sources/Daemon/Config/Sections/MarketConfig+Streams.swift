extension MarketConfig {
    /// The `[market.streams]` table: exchanges whose live streams are followed, so that prices need not be asked for.
    package struct Streams: ConfigSection {
        package enum Exchange: String, ConfigChoice {
            case binance
            case kraken
            case coinbase
        }

        /// In the order in which their word counts: the first that is live speaks; empty for none.
        package var exchanges: [Exchange] = [.binance, .kraken, .coinbase]
        /// A stream that says nothing for so long is begun anew.
        package var silenceSeconds = 20.0
        package var endpoints = Endpoints()

        package init() {}

        package func problems() -> [ConfigProblem] {
            ConfigProblem.repeated("exchanges", exchanges.map(\.rawValue))
                + ConfigProblem.range("silence_seconds", silenceSeconds, 1...3600)
        }

        /// The `[market.streams.endpoints]` table: the address of each stream.
        package struct Endpoints: ConfigSection {
            package var binance = "wss://data-stream.binance.vision/ws"
            package var kraken = "wss://ws.kraken.com"
            package var coinbase = "wss://ws-feed.exchange.coinbase.com"

            package init() {}

            package subscript(exchange: Exchange) -> String {
                switch exchange {
                case .binance: binance
                case .kraken: kraken
                case .coinbase: coinbase
                }
            }

            var all: [(name: String, address: String)] { Exchange.allCases.map { ($0.rawValue, self[$0]) } }

            package func problems() -> [ConfigProblem] {
                all.compactMap { name, address in
                    let path = ConfigPath([.key(name)])
                    guard let url = URLText(address), ["ws", "wss"].contains(url.scheme) else {
                        return .invalid(path, "must be a ws or wss URL")
                    }
                    return url.hasUserInfo ? .invalid(path, "must not hold a user or a password") : nil
                }
            }
        }
    }
}
