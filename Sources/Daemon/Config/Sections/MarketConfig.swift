/// The `[market]` section: which prices are followed, and where they come from.
package struct MarketConfig: ConfigSection {
    package enum Provider: String, ConfigChoice {
        case binance
        case kraken
        case coinbase
        case bybit
        case hyperliquid
        case coingecko
        case coinpaprika
    }

    /// What is followed, each as base and quote, such as `BTC-USD`.
    package var pairs = ["BTC-USD", "ETH-USD", "SOL-USD"]
    package var pollSeconds = 5.0
    /// Prices older than this are not read on the air.
    package var staleAfterSeconds = 30.0
    /// In the order in which they are asked; a later one only where the earlier ones fail.
    package var providers: [Provider] = [.binance, .kraken, .coinbase]
    /// A candle file to play instead of asking anyone; empty for real prices.
    package var replay = ""
    /// How many times faster than life a candle file is played.
    package var replaySpeed = 1.0
    package var endpoints = Endpoints()
    package var streams = Streams()

    package static var reloadableKeys: Set<String> {
        ["pairs", "poll_seconds", "stale_after_seconds", "providers", "endpoints", "streams"]
    }

    package init() {}

    /// The `[market.endpoints]` table: the address of each provider, without a path.
    package struct Endpoints: ConfigSection {
        package var binance = "https://data-api.binance.vision"
        package var kraken = "https://api.kraken.com"
        package var coinbase = "https://api.exchange.coinbase.com"
        package var bybit = "https://api.bybit.com"
        package var hyperliquid = "https://api.hyperliquid.xyz"
        package var coingecko = "https://api.coingecko.com"
        package var coinpaprika = "https://api.coinpaprika.com"

        package init() {}

        package subscript(provider: Provider) -> String {
            switch provider {
            case .binance: binance
            case .kraken: kraken
            case .coinbase: coinbase
            case .bybit: bybit
            case .hyperliquid: hyperliquid
            case .coingecko: coingecko
            case .coinpaprika: coinpaprika
            }
        }

        var all: [(name: String, address: String)] { Provider.allCases.map { ($0.rawValue, self[$0]) } }

        package func problems() -> [ConfigProblem] {
            all.compactMap { name, address in
                let path = ConfigPath([.key(name)])
                guard let url = URLText(address), ["http", "https"].contains(url.scheme) else {
                    return .invalid(path, "must be an http or https URL")
                }
                if url.hasUserInfo { return .invalid(path, "must not hold a user or a password") }
                return url.rest.isEmpty || url.rest == "/" ? nil : .invalid(path, "must not hold a path")
            }
        }
    }

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("poll_seconds", pollSeconds, 0.1...3600)
            + ConfigProblem.range("stale_after_seconds", staleAfterSeconds, 0.1...86_400)
            + ConfigProblem.range("replay_speed", replaySpeed, 0.01...1_000_000)
            + (pairs.isEmpty ? [.invalid("pairs", "must not be empty")] : [])
            + (providers.isEmpty ? [.invalid("providers", "must not be empty")] : [])
            + ConfigProblem.repeated("pairs", pairs) + ConfigProblem.repeated("providers", providers.map(\.rawValue))
            + pairProblems + staleProblems
    }

    private var pairProblems: [ConfigProblem] {
        pairs.enumerated().compactMap { position, pair in
            let parts = pair.split(separator: "-", omittingEmptySubsequences: false)
            let isGood =
                parts.count == 2
                && parts.allSatisfy { part in
                    (1...15).contains(part.count) && part.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
                }
            let path = ConfigPath([.key("pairs"), .index(position)])
            return isGood ? nil : .invalid(path, "must be two codes in capitals such as \"BTC-USD\"")
        }
    }

    private var staleProblems: [ConfigProblem] {
        staleAfterSeconds > pollSeconds
            ? [] : [.invalid("stale_after_seconds", "must be more than poll_seconds, or every price is stale")]
    }
}
