import Market

extension MarketConfig {
    /// The `[market.endpoints]` table: the address of each provider, without a path.
    package struct Endpoints: ConfigSection {
        package var binance = "https://data-api.binance.vision"
        package var kraken = "https://api.kraken.com"
        package var coinbase = "https://api.exchange.coinbase.com"
        package var bybit = "https://api.bybit.com"
        package var hyperliquid = "https://api.hyperliquid.xyz"
        package var coingecko = "https://api.coingecko.com"
        package var coinpaprika = "https://api.coinpaprika.com"
        package var coincap = "https://rest.coincap.io"
        package var defillama = "https://api.llama.fi"
        package var alternative = "https://api.alternative.me"

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
            case .coincap: coincap
            case .defillama: defillama
            case .alternative: alternative
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

    /// Where a provider is asked: keys of paid plans have hosts of their own, unless the settings name another.
    package func address(of provider: Provider) -> String {
        let address = endpoints[provider]
        guard address == Endpoints()[provider] else { return address }
        return switch provider {
        case .coingecko where keys.coingeckoPro.isSet: CoinGeckoAccess.pro(key: "").defaultBase
        case .coinpaprika where keys.coinpaprika.isSet: CoinPaprikaProvider.paidBase
        default: address
        }
    }
}
