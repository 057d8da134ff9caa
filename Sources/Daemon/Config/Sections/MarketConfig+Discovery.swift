import Market

extension MarketConfig {
    /// The `[market.discovery]` table: whether other addresses of providers are looked at, and which.
    package struct Discovery: ConfigSection {
        /// Whether candidates are asked at all.
        package var enabled = false
        /// From the beginning of one round of questions to that of the next, at least.
        package var intervalHours = 24
        /// How far a candidate's price may be off from what the station knows.
        package var tolerancePercent = 1.0
        package var candidates = Candidates()

        package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

        package init() {}

        package func problems() -> [ConfigProblem] {
            ConfigProblem.range("interval_hours", intervalHours, 24...8760)
                + ConfigProblem.range("tolerance_percent", tolerancePercent, 0.01...50)
        }
    }

    /// The `[market.discovery.candidates]` table: for each adapter, addresses that may be further providers.
    ///
    /// CoinCap is not among them: it answers nobody without a key, and ours go to no address that was discovered.
    package struct Candidates: ConfigSection {
        /// Those that the exchange names for its interface beside that for public data.
        package var binance = [
            "https://api.binance.com", "https://api-gcp.binance.com", "https://api1.binance.com",
            "https://api2.binance.com", "https://api3.binance.com", "https://api4.binance.com",
        ]
        package var kraken: [String] = []
        package var coinbase: [String] = []
        /// The exchange's second name.
        package var bybit = ["https://api.bytick.com"]
        package var hyperliquid: [String] = []
        package var coingecko: [String] = []
        package var coinpaprika: [String] = []
        package var defillama: [String] = []
        package var alternative: [String] = []

        package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

        static let ofOneMax = 20

        package init() {}

        package subscript(provider: Provider) -> [String] {
            switch provider {
            case .binance: binance
            case .kraken: kraken
            case .coinbase: coinbase
            case .bybit: bybit
            case .hyperliquid: hyperliquid
            case .coingecko: coingecko
            case .coinpaprika: coinpaprika
            case .coincap: []
            case .defillama: defillama
            case .alternative: alternative
            }
        }

        var all: [(kind: Provider, address: CandidateAddress)] {
            Provider.allCases.flatMap { kind in
                self[kind].compactMap { text in CandidateAddress(text).map { (kind, $0) } }
            }
        }

        package func problems() -> [ConfigProblem] {
            Provider.allCases.flatMap { kind -> [ConfigProblem] in
                let (path, addresses) = (ConfigPath([.key(kind.rawValue)]), self[kind])
                let wrong = addresses.enumerated().filter { CandidateAddress($0.element) == nil }
                return ConfigProblem.repeated(path, addresses)
                    + (addresses.count > Candidates.ofOneMax
                        ? [.invalid(path, "must be \(Candidates.ofOneMax) at most")] : [])
                    + wrong.map { place, _ in
                        .invalid(
                            path.index(place),
                            "must be an https URL of a public host, or on this machine, without a path"
                        )
                    }
            }
        }
    }
}
