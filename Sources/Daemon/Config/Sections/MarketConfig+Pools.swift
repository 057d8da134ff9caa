package import Domain
package import Market

extension MarketConfig {
    /// The `[market.members]` table: who is asked for what, beside the prices.
    package struct Members: ConfigSection {
        /// The largest coins, the market as a whole, and what people look for.
        package var marketData: [Provider] = [.coingecko, .coinpaprika, .coincap]
        /// What decentralised finance holds.
        package var defi: [Provider] = [.defillama]
        /// The mood of the market.
        package var sentiment: [Provider] = [.alternative]

        package init() {}

        package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

        package func problems() -> [ConfigProblem] {
            ConfigProblem.repeated("market_data", marketData.map(\.rawValue))
                + ConfigProblem.repeated("defi", defi.map(\.rawValue))
                + ConfigProblem.repeated("sentiment", sentiment.map(\.rawValue))
        }
    }

    /// The `[market.strategies]` table: in which order the members of each pool are asked.
    package struct Strategies: ConfigSection {
        package var exchange = PoolStrategy.priority
        package var marketData = PoolStrategy.priority
        package var defi = PoolStrategy.priority
        package var sentiment = PoolStrategy.priority

        package init() {}

        package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }
    }

    /// The `[market.priorities]` and `[market.weights]` tables: a figure for each provider.
    package struct Figures<Usual: UsualFigure>: ConfigSection {
        package var binance = Usual.figure
        package var kraken = Usual.figure
        package var coinbase = Usual.figure
        package var bybit = Usual.figure
        package var hyperliquid = Usual.figure
        package var coingecko = Usual.figure
        package var coinpaprika = Usual.figure
        package var coincap = Usual.figure
        package var defillama = Usual.figure
        package var alternative = Usual.figure

        package init() {}

        package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

        package subscript(provider: Provider) -> Int {
            switch provider {
            case .binance: binance
            case .kraken: kraken
            case .coinbase: coinbase
            case .bybit: bybit
            case .hyperliquid: hyperliquid
            case .coingecko: coingecko
            case .coinpaprika: coinpaprika
            case .coincap: coincap
            case .defillama: defillama
            case .alternative: alternative
            }
        }
    }

    /// The `[market.keys]` table: our keys at the providers that have some.
    package struct Keys: ConfigSection {
        package var coincap = Credential()
        /// Of the demo plan.
        package var coingecko = Credential()
        /// Of a paid plan.
        package var coingeckoPro = Credential()
        /// Of a paid plan.
        package var coinpaprika = Credential()

        package init() {}

        package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

        package func problems() -> [ConfigProblem] {
            coingecko.isSet && coingeckoPro.isSet
                ? [.invalid("coingecko_pro", "must not be set beside coingecko: a key is of one plan or the other")]
                : []
        }
    }

    /// The pools that there are unless they are changed: one for each category that somebody tells of.
    package var pools: [Pool] {
        func pool(
            _ category: PoolCategory,
            _ name: String,
            _ strategy: PoolStrategy,
            _ providers: [Provider]
        ) -> Pool {
            Pool(
                id: category.rawValue,
                name: name,
                category: category,
                strategy: strategy,
                members: providers.map {
                    PoolMember($0.rawValue, priority: priorities[$0], weight: weights[$0])
                }
            )
        }
        return [
            pool(.exchange, "Prices and candles", strategies.exchange, providers),
            pool(.marketData, "The market as a whole", strategies.marketData, members.marketData),
            pool(.defi, "Decentralised finance", strategies.defi, members.defi),
            pool(.sentiment, "The mood of the market", strategies.sentiment, members.sentiment),
        ]
    }
}

extension PoolStrategy: ConfigChoice {}

/// The figure of whoever has no other.
package protocol UsualFigure: Sendable {
    static var figure: Int { get }
}

package enum UsualPriority: UsualFigure {
    package static let figure = PoolMember.usualPriority
}

package enum UsualWeight: UsualFigure {
    package static let figure = PoolMember.usualWeight
}
