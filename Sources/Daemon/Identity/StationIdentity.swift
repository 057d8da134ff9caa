import Bus
import Identity
import Logging
import Store
import Telemetry
import Threading

/// The accounts of a running station: the desk, and the keys that its tokens are signed with.
final class StationIdentity: Sendable {
    let desk: IdentityDesk
    private let keys: TokenKeys
    private let now: @Sendable () -> Timestamp
    private let isRotating = Mutex(false)

    /// After so long a key should be replaced.
    private static let keyLifetime: Duration = .seconds(90 * 86_400)

    /// - Throws: `TokenKeyError`, `CredentialError`, `IdentityError`.
    init(
        _ loaded: LoadedConfig,
        environment: [String: String],
        redactor: Redactor,
        store: any Storage,
        wallets: [LinkedWallets],
        now: @escaping @Sendable () -> Timestamp
    ) async throws {
        let keys = TokenKeys(loaded, environment: environment, redactor: redactor)
        let start = now()
        let (signing, madeAt) = try await offPool { Result { try keys.load(at: start) } }.get()
        let settings = loaded.configuration.identity
        let tokens = try await AccessTokens(
            keys: signing,
            algorithm: settings.algorithm == .hs256 ? .hs256 : .eddsa,
            issuer: settings.issuer
        )
        self.keys = keys
        self.now = now
        desk = IdentityDesk(
            store: store,
            settings: IdentitySettings(settings),
            tokens: tokens,
            verifiers: wallets,
            now: now
        )
        let logger = Logger(label: "identity")
        if keys.areMade, store.dialect == .postgres {
            logger.warning(
                "the token key is this daemon's own: others on the same database refuse its tokens; set identity.token_key",
                metadata: [LogKey.path: "\(keys.path)"]
            )
        }
        if let madeAt, madeAt.advanced(by: StationIdentity.keyLifetime) <= start {
            logger.warning(
                "the token key is older than 90 days: replace it with `cryptocallctl user rotate-keys`",
                metadata: [LogKey.path: "\(keys.path)"]
            )
        }
    }

    /// Lets the metrics registry read the desk's own counters at each scrape.
    func bind(_ metrics: MetricsRegistry) {
        metrics.read(.identityPendingPasswords) { [desk] in Double(desk.pendingPasswords) }
        metrics.read(.identityRefusedPasswords) { [desk] in desk.refusedPasswords }
    }

    /// Signs with a new key from now on; tokens of the last one are good until they end by themselves.
    ///
    /// - Throws: `TokenKeyError`; `IdentityError` with `.busy` while another one does it.
    func rotateKeys() async throws {
        let isMine = isRotating.withLock { state in
            defer { state = true }
            return !state
        }
        guard isMine else { throw IdentityError(.busy, "the keys are being replaced already") }
        defer { isRotating.withLock { $0 = false } }
        let (keys, time) = (keys, now())
        let signing = try await offPool { Result { try keys.rotate(at: time) } }.get()
        try await desk.replaceKeys(with: signing)
    }
}

extension IdentitySettings {
    init(_ settings: IdentityConfig) {
        self.init()
        isRegistrationOpen = settings.registration == .open
        accessLifetime = .seconds(settings.accessMinutes * 60)
        sessionLifetime = .seconds(settings.refreshDays * 86_400)
        domain = settings.domain
    }
}
