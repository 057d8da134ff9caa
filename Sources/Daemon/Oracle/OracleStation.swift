import Bus
import ChainReaders
import Chains
import HTTPClient
import Logging
import Telemetry
import WalletAnalysis
import WalletOracle

/// The wallet oracle in a running station: what it asks, what it says, and what pays for a call.
struct OracleStation: Sendable {
    let desk: OracleDesk
    let burns: BurnDesk
    let upkeep: BurnUpkeep
    /// What the sender of the webhook has to show; `nil` where none is set up.
    let webhookSecret: [UInt8]?
    private let transport: CurlTransport

    /// A webhook's secret that is shorter keeps nobody out.
    private static let secretBytesMin = 16

    /// Blocks as long as reading and writing small files takes.
    ///
    /// - Throws: `CredentialError`; `ReportKeyError`; `OracleSettingsError` for an address that is none;
    ///   `HTTPClientError` where the system gives no thread.
    init(
        _ station: Station,
        chains: ChainDesk,
        models: ModelDesk,
        _ loaded: LoadedConfig,
        environment: [String: String],
        instruments: Instruments
    ) throws {
        let settings = loaded.configuration.oracle
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        let redactor = instruments.redactor
        let curl = try CurlTransport(config: HTTPClientConfig(loaded.configuration))
        transport = curl
        let heliusKey = try credentials.resolve(settings.heliusKey).map { secret in
            secret.reveal { key in
                _ = redactor.register(secret: key)
                return key
            }
        }
        let prices = OraclePrices(station: station)
        let logger = Logger(label: "oracle")
        let desk = OracleDesk(
            store: station.store,
            doors: OracleDoors(
                history: OracleStation.history(
                    settings,
                    heliusKey,
                    MeteredTransport(curl, instruments.metrics),
                    chains,
                    now: station.now
                ),
                prices: { assets, from, to in await prices.load(assets, from: from, to: to) },
                write: { order in await models.write(order) },
                onUnkept: { error in
                    logger.warning("what the oracle has found is not kept", metadata: [LogKey.error: "\(error)"])
                }
            ),
            settings: OracleSettings(settings),
            signer: try ReportKey(loaded, environment: environment, redactor: redactor).load(at: station.now()),
            now: station.now
        )
        self.desk = desk
        let pair = settings.burnPair
        burns = BurnDesk(
            store: station.store,
            solana: chains.solana,
            terms: try BurnTerms(settings),
            price: { prices.live(pair) },
            // Whoever cannot be looked at now is welcome, as the oracle has it.
            tier: { wallet in (try? await desk.analyze(wallet).report.tier) ?? WalletTier.Rule.noData.tier },
            now: station.now
        )
        webhookSecret = try OracleStation.secret(settings, credentials, redactor)
        upkeep = BurnUpkeep(
            burns: burns,
            lack: OracleStation.lack(settings, chains),
            cron: settings.cron
        )
    }

    private static func history(
        _ settings: OracleConfig,
        _ key: String?,
        _ transport: any HTTPTransport,
        _ chains: ChainDesk,
        now: @escaping @Sendable () -> Timestamp
    ) -> HistoryChain {
        var sources: [any HistorySource] = []
        var lacking: [(name: String, reason: String)] = []
        if let key {
            var limits = HeliusSource.Settings()
            limits.base =
                settings.heliusBase.hasSuffix("/") ? String(settings.heliusBase.dropLast()) : settings.heliusBase
            sources.append(HeliusSource(key: key, settings: limits, transport: transport, now: now))
        } else {
            lacking.append(("helius", "oracle.helius_key is not set"))
        }
        if chains.solana.endpoints.endpoints.isEmpty {
            lacking.append(("rpc", "no endpoint is set up in chains.solana"))
        } else {
            sources.append(RPCSource(solana: chains.solana))
        }
        return HistoryChain(sources, lacking: lacking)
    }

    private static func secret(
        _ settings: OracleConfig,
        _ credentials: CredentialStore,
        _ redactor: Redactor
    ) throws(CredentialError) -> [UInt8]? {
        guard let secret = try credentials.resolve(settings.webhookSecret) else { return nil }
        guard secret.byteCount >= secretBytesMin else {
            throw CredentialError(name: settings.webhookSecret.description, reason: .tooShort(bytesMin: secretBytesMin))
        }
        return secret.reveal { text in
            _ = redactor.register(secret: text)
            return Array(text.utf8)
        }
    }

    /// Why nobody can pay by burning as the station is set up; `nil` when somebody can.
    private static func lack(_ settings: OracleConfig, _ chains: ChainDesk) -> String? {
        if settings.burnToken.isEmpty { return "oracle.burn_token is not set" }
        if settings.burnPair.isEmpty { return "oracle.burn_pair is not set: nobody knows what the token costs" }
        return chains.solana.endpoints.endpoints.isEmpty ? "no endpoint is set up in chains.solana" : nil
    }

    /// How far the oracle looks back and how hard it may be change with the next question.
    var part: SettingsControl.Part {
        SettingsControl.Part(name: "oracle") { [desk] loaded in
            desk.replace(with: OracleSettings(loaded.configuration.oracle))
        }
    }

    /// Lets go of the network.
    func close() async { await transport.shutdown() }
}

/// An address in the settings that is none; safe to log.
struct OracleSettingsError: Error, Hashable, CustomStringConvertible {
    let description: String
}

extension OracleSettings {
    fileprivate init(_ settings: OracleConfig) {
        self.init()
        windowDays = settings.days
        cacheFor = .seconds(settings.cacheMinutes * 60)
        level = RoastLevel(parsing: settings.roast) ?? .default
    }
}

extension BurnTerms {
    fileprivate init(_ settings: OracleConfig) throws(OracleSettingsError) {
        self.init()
        mint = try BurnTerms.address(settings.burnToken, "burn_token")
        burnAccount = try BurnTerms.address(settings.burnAccount, "burn_account")
        treasuryAccount = try BurnTerms.address(settings.treasuryAccount, "treasury_account")
        if let dollars = settings.fee { fee = dollars }
    }

    private static func address(_ text: String, _ key: String) throws(OracleSettingsError) -> SolanaAddress? {
        guard !text.isEmpty else { return nil }
        guard let address = SolanaAddress(text) else {
            throw OracleSettingsError(description: "oracle.\(key) is no address of Solana")
        }
        return address
    }
}
