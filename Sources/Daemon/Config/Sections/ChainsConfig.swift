/// The `[chains]` section: whom to ask about blockchains.
package struct ChainsConfig: ConfigSection {
    /// So many endpoints have to agree where a reading decides about votes; all of them when there are fewer.
    package var quorum = 2
    /// How long one endpoint is waited for.
    package var attemptSeconds = 5.0
    /// The largest answer believed; the holders of a token come as one.
    package var answerMegabytesMax = 64
    package var solana = Solana()
    package var ethereum = Ethereum()

    package init() {}

    /// The `[chains.solana]` table.
    package struct Solana: ConfigSection {
        package enum Cluster: String, ConfigChoice {
            case mainnet, testnet, devnet, localnet

            /// Of its first block; `nil` where each has its own.
            var genesisHash: String? {
                switch self {
                case .mainnet: "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
                case .testnet: "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY"
                case .devnet: "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"
                case .localnet: nil
                }
            }
        }

        /// What wallets are shown when they sign, and what the endpoints have to be of.
        package var cluster = Cluster.mainnet
        /// By a name of your own; asked in the order of their names.
        package var endpoints: [String: Endpoint] = [:]

        package init() {}

        package func problems() -> [ConfigProblem] { ChainsConfig.problems(of: endpoints) }
    }

    /// The `[chains.ethereum]` table.
    package struct Ethereum: ConfigSection {
        /// 1 is Ethereum; any chain with the same machine will do.
        package var chainId = 1
        package var endpoints: [String: Endpoint] = [:]

        package init() {}

        package func problems() -> [ConfigProblem] {
            ConfigProblem.range("chain_id", chainId, 1...9_007_199_254_740_991)
                + ChainsConfig.problems(of: endpoints)
        }
    }

    /// One of the `[chains.CHAIN.endpoints.NAME]` tables.
    package struct Endpoint: ConfigSection {
        /// Of JSON-RPC; `{key}` in it stands for the key.
        package var url = ""
        package var key = Credential()
        package var callsPerSecond = 4

        package init() {}

        package func problems() -> [ConfigProblem] {
            var found = ConfigProblem.range("calls_per_second", callsPerSecond, 1...1000)
            guard let address = URLText(url.replacing("{key}", with: "key")),
                ["http", "https"].contains(address.scheme)
            else { return found + [.invalid("url", "must be an http or https URL")] }
            if address.hasUserInfo { found.append(.invalid("url", "must not hold a user or a password")) }
            if url.contains("{key}") != key.isSet {
                found.append(.invalid("key", "goes where {key} stands in url: give both or neither"))
            }
            return found
        }
    }

    /// More only cost time: all are asked where they have to agree.
    private static let endpointsMax = 8

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("quorum", quorum, 1...ChainsConfig.endpointsMax)
            + ConfigProblem.range("attempt_seconds", attemptSeconds, 0.1...60)
            + ConfigProblem.range("answer_megabytes_max", answerMegabytesMax, 1...512)
    }

    private static func problems(of endpoints: [String: Endpoint]) -> [ConfigProblem] {
        endpoints.count > endpointsMax ? [.invalid("endpoints", "must be \(endpointsMax) at most")] : []
    }

    /// The addresses of all endpoints, without their keys.
    var bases: [String] {
        (Array(solana.endpoints.values) + Array(ethereum.endpoints.values)).map {
            $0.url.replacing("{key}", with: "key")
        }
    }
}
