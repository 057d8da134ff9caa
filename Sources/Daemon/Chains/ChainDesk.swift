import Bus
import ChainReaders
import Chains
import Governance
import GovernanceRecords
import HTTPClient
import Identity
import Telemetry

/// How the station reads blockchains: one reader for each chain, over the endpoints that are set up.
final class ChainDesk: Sendable {
    let solana: SolanaReader
    let ethereum: EthereumReader
    let signatures: WalletSignatures
    /// What accounts link wallets by, of each chain.
    let wallets: [LinkedWallets]
    private let transport: CurlTransport

    /// Blocks as long as reading small files takes.
    ///
    /// - Throws: `CredentialError`; `HTTPClientError` where the system gives no thread.
    init(_ loaded: LoadedConfig, environment: [String: String], instruments: Instruments) throws {
        let keys = try ChainEndpointKeys(loaded, environment: environment, redactor: instruments.redactor)
        let chains = loaded.configuration.chains
        var settings = ChainEndpoints.Settings()
        settings.attemptLimit = .seconds(chains.attemptSeconds)
        settings.quorum = chains.quorum
        settings.bodyBytesMax = chains.answerMegabytesMax * 1_048_576
        let curl = try CurlTransport(config: HTTPClientConfig(loaded.configuration))
        transport = curl
        let metered = MeteredTransport(curl, instruments.metrics)
        solana = SolanaReader(
            ChainEndpoints(
                keys.solana,
                identity: chains.solana.cluster.genesisHash.map { .solana(genesisHash: $0) },
                transport: metered,
                settings: settings
            )
        )
        ethereum = EthereumReader(
            ChainEndpoints(
                keys.ethereum,
                identity: .ethereum(chainID: UInt64(clamping: chains.ethereum.chainId)),
                transport: metered,
                settings: settings
            )
        )
        let signatures = WalletSignatures(ethereum: ethereum)
        self.signatures = signatures
        wallets = [
            LinkedWallets(chain: .solana, signatures: signatures, chainID: chains.solana.cluster.rawValue),
            LinkedWallets(chain: .ethereum, signatures: signatures, chainID: String(chains.ethereum.chainId)),
        ]
    }

    /// Lets the metrics registry read what was asked of each endpoint.
    func bind(_ metrics: MetricsRegistry) {
        for (chain, nodes) in [("solana", solana.endpoints), ("ethereum", ethereum.endpoints)] {
            for (place, endpoint) in nodes.endpoints.enumerated() {
                metrics.read(.chainsQuestions, chain, endpoint.name) { nodes.standings[place].asked }
                metrics.read(.chainsFailures, chain, endpoint.name) { nodes.standings[place].failed }
            }
        }
    }

    /// Lets go of the network.
    func close() async { await transport.shutdown() }

    // MARK: Votes

    /// Everybody who holds a token, as several endpoints agree.
    ///
    /// - Throws: `GovernanceError` with `.unavailable`, which says what is missing or disputed.
    func snapshot(of settings: GovernanceConfig) async throws(GovernanceError) -> SnapshotReading {
        let token = try ChainDesk.token(of: settings)
        do throws(ChainError) {
            let agreed = try await solana.agreedHolders(of: token)
            return SnapshotReading(
                chain: "solana",
                token: token.description,
                decimals: agreed.value.mint.decimals,
                position: agreed.position,
                supply: agreed.value.mint.supply,
                holders: Dictionary(
                    uniqueKeysWithValues: agreed.value.amounts.map { ($0.key.description, $0.value) }
                ),
                endpoints: agreed.endpoints
            )
        } catch {
            throw ChainDesk.told(error, about: "who holds the token")
        }
    }

    /// What a wallet holds of the token, in base units, with the token's decimals; as several endpoints agree.
    ///
    /// - Throws: `GovernanceError`: `.unavailable`, `.invalid` for a wallet.
    func holding(
        of settings: GovernanceConfig,
        by wallet: String
    ) async throws(GovernanceError) -> (amount: UInt64, decimals: Int) {
        let token = try ChainDesk.token(of: settings)
        guard let owner = SolanaAddress(wallet) else {
            throw .invalid(field: "wallet", problem: "must be an address of solana")
        }
        do throws(ChainError) {
            let mint = try await solana.mint(token).value.value
            return (try await solana.agreedHolding(of: token, by: owner).value, mint.decimals)
        } catch {
            throw ChainDesk.told(error, about: "what the wallet holds")
        }
    }

    private static func token(of settings: GovernanceConfig) throws(GovernanceError) -> SolanaAddress {
        guard !settings.token.isEmpty else { throw .unavailable("governance.token is not set") }
        guard let token = SolanaAddress(settings.token) else {
            throw .unavailable("governance.token is no address of solana")
        }
        return token
    }

    /// A chain's failure in words that say what to do.
    static func told(_ error: ChainError, about what: String) -> GovernanceError {
        switch error.code {
        case .notSetUp: .unavailable("no endpoint is set up in chains: nobody can say \(what)")
        case .disputed: .unavailable("the endpoints do not agree on \(what); nothing is decided by a dispute")
        case .otherChain: .unavailable("an endpoint is of another chain than the one that is set up in chains")
        case .noQuorum: .unavailable("too few endpoints can say \(what); try again when more of them answer")
        default: .unavailable("no endpoint says \(what) now (\(error)); try again later")
        }
    }
}
