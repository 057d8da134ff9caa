package import Domain
import Market

/// The `[market]` section: which prices are followed, and who tells of the market.
package struct MarketConfig: ConfigSection {
    package enum Provider: String, ConfigChoice {
        case binance
        case kraken
        case coinbase
        case bybit
        case hyperliquid
        case coingecko
        case coinpaprika
        case coincap
        case defillama
        case alternative

        /// What it can be asked for.
        package var categories: [PoolCategory] {
            switch self {
            case .binance, .kraken, .coinbase, .bybit, .hyperliquid: [.exchange]
            case .coingecko, .coinpaprika, .coincap: [.exchange, .marketData]
            case .defillama: [.defi]
            case .alternative: [.sentiment]
            }
        }
    }

    /// What is followed, each as base and quote, such as `BTC-USD`.
    package var pairs = ["BTC-USD", "ETH-USD", "SOL-USD"]
    package var pollSeconds = 5.0
    /// Prices older than this are not read on the air.
    package var staleAfterSeconds = 30.0
    /// A provider that fails so often in a row is left alone.
    package var breakerFailures = 5
    /// For how long at first; twice as long after each trial that fails, up to the most.
    package var breakerOpenSeconds = 60.0
    package var breakerOpenMaxSeconds = 60.0
    /// How often those that are left alone are asked out of turn.
    package var probeSeconds = 30.0
    /// How often a question that nobody has answered is asked again; prices are asked for every few seconds anyway.
    package var retries = 3
    /// How long is waited before each of them.
    package var retrySeconds = 2.0
    /// Who is asked for prices and candles.
    package var providers: [Provider] = [.binance, .kraken, .coinbase]
    /// A candle file to play instead of asking anyone; empty for real prices.
    package var replay = ""
    /// How many times faster than life a candle file is played.
    package var replaySpeed = 1.0
    package var members = Members()
    package var strategies = Strategies()
    package var priorities = Figures<UsualPriority>()
    package var weights = Figures<UsualWeight>()
    package var keys = Keys()
    package var endpoints = Endpoints()
    package var history = MarketHistoryConfig()
    package var streams = Streams()
    package var discovery = Discovery()

    package static var reloadableKeys: Set<String> {
        [
            "pairs", "poll_seconds", "stale_after_seconds", "breaker_failures", "breaker_open_seconds",
            "breaker_open_max_seconds", "probe_seconds", "retries", "retry_seconds", "providers", "members",
            "strategies", "priorities",
            "weights", "keys", "endpoints", "history", "streams", "discovery",
        ]
    }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("poll_seconds", pollSeconds, 0.1...3600)
            + ConfigProblem.range("stale_after_seconds", staleAfterSeconds, 0.1...86_400)
            + ConfigProblem.range("breaker_failures", breakerFailures, 1...100)
            + ConfigProblem.range("breaker_open_seconds", breakerOpenSeconds, 0.1...3600)
            + ConfigProblem.range("breaker_open_max_seconds", breakerOpenMaxSeconds, 0.1...86_400)
            + ConfigProblem.range("probe_seconds", probeSeconds, 1...3600)
            + ConfigProblem.range("retries", retries, 0...10)
            + ConfigProblem.range("retry_seconds", retrySeconds, 0.1...60)
            + ConfigProblem.range("replay_speed", replaySpeed, 0.01...1_000_000)
            + (pairs.isEmpty ? [.invalid("pairs", "must not be empty")] : [])
            + (providers.isEmpty ? [.invalid("providers", "must not be empty")] : [])
            + ConfigProblem.repeated("pairs", pairs) + ConfigProblem.repeated("providers", providers.map(\.rawValue))
            + pairProblems + staleProblems + breakerProblems + memberProblems + figureProblems
    }

    private var memberProblems: [ConfigProblem] {
        let lists: [(ConfigPath, PoolCategory, [Provider])] = [
            ("providers", .exchange, providers),
            (ConfigPath("members").key("market_data"), .marketData, members.marketData),
            (ConfigPath("members").key("defi"), .defi, members.defi),
            (ConfigPath("members").key("sentiment"), .sentiment, members.sentiment),
        ]
        return lists.flatMap { path, category, list -> [ConfigProblem] in
            let able = Provider.allCases.filter { $0.categories.contains(category) }.map(\.rawValue)
            return list.enumerated().compactMap { place, provider -> ConfigProblem? in
                guard !provider.categories.contains(category) else { return nil }
                let name = TOMLText.string(provider.rawValue)
                return .invalid(
                    path.index(place),
                    "\(name) does not tell of this; there are \(able.joined(separator: ", "))"
                )
            }
        }
    }

    private var figureProblems: [ConfigProblem] {
        Provider.allCases.flatMap { provider in
            ConfigProblem.range(
                ConfigPath("priorities").key(provider.rawValue),
                priorities[provider],
                PoolMember.priorities
            )
                + ConfigProblem.range(
                    ConfigPath("weights").key(provider.rawValue),
                    weights[provider],
                    PoolMember.weights
                )
        }
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

    private var breakerProblems: [ConfigProblem] {
        breakerOpenMaxSeconds >= breakerOpenSeconds
            ? [] : [.invalid("breaker_open_max_seconds", "must not be less than breaker_open_seconds")]
    }

    private var staleProblems: [ConfigProblem] {
        staleAfterSeconds > pollSeconds
            ? [] : [.invalid("stale_after_seconds", "must be more than poll_seconds, or every price is stale")]
    }
}
