import Bus
import Domain
import Identity
import Store
import TestKit
import Testing

/// What accounts and credentials have to do on every engine, as checks that an engine's own tests run one by one.
struct IdentityContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    private let openEngine: Open

    /// - Parameter open: how to open the engine. Each check needs a database of its own.
    init(open: @escaping Open) { openEngine = open }

    /// One promise of the contract.
    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (IdentityContract) async throws -> Void
        var testDescription: String { name }
    }

    static let checks =
        registering + loggingIn + refreshing + ending + authenticating + keys + wallets + profile + administration

    func open(_ change: (inout IdentitySettings) -> Void = { _ in }) async throws -> IdentityBench {
        let time = ManualTime()
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        var settings = IdentitySettings()
        change(&settings)
        return try await IdentityBench(store: try await openEngine(bus, { time.now }), time: time, settings: settings)
    }
}

/// A desk over a store, with a clock that the test sets and passwords that cost little.
struct IdentityBench: Sendable {
    static let password = "correct horse battery"
    static let secret = "k9d0Zx3rQm7vT1yB5nW8sL2pF6hJ4gC0"
    static let origin = RequestOrigin(address: "192.0.2.7", userAgent: "test/1")
    static let admin = Requester(caller: "boss@example.org", role: "admin")
    static let cost = PasswordHash.Cost(logN: 4, r: 8, p: 1)

    let store: any Storage
    let time: ManualTime
    let settings: IdentitySettings
    let desk: IdentityDesk

    init(store: any Storage, time: ManualTime, settings: IdentitySettings) async throws {
        self.store = store
        self.time = time
        self.settings = settings
        desk = try await IdentityBench.desk(store, time, settings)
    }

    /// Another daemon's desk over the same database.
    func anotherDesk(
        secret: String = IdentityBench.secret,
        previous: String? = nil,
        algorithm: AccessTokens.Algorithm = .hs256,
        issuer: String = "cryptocall",
        cost: PasswordHash.Cost = IdentityBench.cost,
        verifiers: [any WalletVerifying] = []
    ) async throws -> IdentityDesk {
        try await IdentityBench.desk(
            store,
            time,
            settings,
            secret: secret,
            previous: previous,
            algorithm: algorithm,
            issuer: issuer,
            cost: cost,
            verifiers: verifiers
        )
    }

    private static func desk(
        _ store: any Storage,
        _ time: ManualTime,
        _ settings: IdentitySettings,
        secret: String = IdentityBench.secret,
        previous: String? = nil,
        algorithm: AccessTokens.Algorithm = .hs256,
        issuer: String = "cryptocall",
        cost: PasswordHash.Cost = IdentityBench.cost,
        verifiers: [any WalletVerifying] = []
    ) async throws -> IdentityDesk {
        let keys = SigningKeys(
            current: try SigningKey(secret: secret),
            previous: try previous.map { try SigningKey(secret: $0) }
        )
        return IdentityDesk(
            store: store,
            settings: settings,
            tokens: try await AccessTokens(keys: keys, algorithm: algorithm, issuer: issuer),
            hasher: PasswordHasher(cost: cost, waitingMax: 1000),
            verifiers: verifiers,
            now: { time.now }
        )
    }

    // MARK: Shortcuts

    func register(_ name: String = "ann", password: String = password) async throws -> UserAccount {
        try await desk.register(email: "\(name)@example.org", password: password, from: Self.origin)
    }

    func logIn(_ name: String = "ann", password: String = password) async throws -> TokenPair {
        try await desk.logIn(email: "\(name)@example.org", password: password, from: Self.origin)
    }

    func logInBrowser(_ name: String = "ann") async throws -> BrowserLogIn {
        try await desk.logInBrowser(email: "\(name)@example.org", password: Self.password, from: Self.origin)
    }

    /// Registers somebody and logs them in.
    func member(_ name: String = "ann") async throws -> Principal {
        _ = try await register(name)
        return try await desk.authenticate(bearer: logIn(name).accessToken)
    }

    /// What the audit log says, oldest first: `action outcome`.
    func audited() async throws -> [String] {
        try await store.activities(before: nil, limit: 1000).reversed().map {
            "\($0.activity.action) \($0.activity.outcome)"
        }
    }

    /// Everything that the database holds of accounts and what was done with them, as text.
    func everythingKept() async throws -> String {
        var texts: [String] = []
        for table in ["user_account", "user_session", "api_key", "wallet_challenge", "wallet_link", "activity_log"] {
            let statement = SQL(sqlite: "SELECT * FROM \(table)", postgres: "SELECT * FROM \(table)")
            for row in try await store.query(statement) { texts.append("\(row.map(Self.text))") }
        }
        return texts.joined(separator: "\n")
    }

    private static func text(_ value: SQLValue) -> String {
        switch value {
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        default: "\(value)"
        }
    }
}

/// The code of the `IdentityError` that a call throws; `nil` when it does not throw one.
func refusal(of body: () async throws -> Void) async -> IdentityError.Code? { await refused(body)?.code }

/// The `IdentityError` that a call throws; `nil` when it does not throw one.
func refused(_ body: () async throws -> Void) async -> IdentityError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? IdentityError
    }
}
