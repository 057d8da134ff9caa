package import Bus
import Domain
import Logging
package import Store
import Threading

/// Everything that is done with accounts and credentials, over the store of either engine.
///
/// Each operation is one transaction with its line in the audit log. Times are this daemon's; several daemons on one
/// database are expected to agree on the time within seconds. What is revoked through this desk takes hold here at once,
/// through another within `IdentitySettings.recheckAfter`.
package final class IdentityDesk: Sendable {
    let store: any Storage
    package let settings: IdentitySettings
    let tokens: AccessTokens
    let hasher: PasswordHasher
    let cache: AccessCache
    let verifiers: [WalletChain: any WalletVerifying]
    let now: @Sendable () -> Timestamp
    let logger = Logger(label: "identity")
    private let author = Incarnation(of: "identity")
    private let ids = Mutex(UUIDv7Generator())

    /// The most credentials that are remembered.
    private static let cacheCountMax = 20_000

    /// - Parameters:
    ///   - store: where accounts are kept.
    ///   - settings: how they are handled.
    ///   - tokens: signs access tokens.
    ///   - hasher: hashes passwords.
    ///   - verifiers: what checks the signatures of wallets, one for each chain that can be linked.
    ///   - now: what time it is.
    package init(
        store: any Storage,
        settings: IdentitySettings = IdentitySettings(),
        tokens: AccessTokens,
        hasher: PasswordHasher = PasswordHasher(),
        verifiers: [any WalletVerifying] = [],
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.settings = settings
        self.tokens = tokens
        self.hasher = hasher
        self.verifiers = Dictionary(verifiers.map { ($0.chain, $0) }, uniquingKeysWith: { first, _ in first })
        self.now = now
        cache = AccessCache(countMax: IdentityDesk.cacheCountMax)
    }

    /// Passwords being checked, or waiting for it.
    package var pendingPasswords: Int { hasher.depth }
    /// Passwords that were not checked, because too many waited.
    package var refusedPasswords: UInt64 { hasher.refusedCount }

    // MARK: Helpers

    var lockPolicy: LockPolicy { LockPolicy(failuresMax: settings.failuresMax, duration: settings.lockDuration) }

    func nextID(at time: Timestamp) -> UUIDv7 { ids.withLock { $0.next(at: time) } }

    /// One unit of work: all of it or nothing.
    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(IdentityError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch {
            throw told(error)
        }
    }

    func query(_ statement: SQL, _ arguments: [SQLValue]) async throws(IdentityError) -> [SQLRow] {
        do {
            return try await store.query(statement, arguments)
        } catch {
            throw told(error)
        }
    }

    func run(_ statement: SQL, _ arguments: [SQLValue]) async throws(IdentityError) -> [SQLRow] {
        do {
            return try await store.run(statement, arguments)
        } catch {
            throw told(error)
        }
    }

    func record(_ activity: Activity) async throws(IdentityError) {
        do {
            try await store.record(activity)
        } catch {
            throw told(error)
        }
    }

    /// Reads rows as records.
    func records<Record>(
        _ rows: [SQLRow],
        _ make: (SQLRow) throws(StoreError) -> Record
    ) throws(IdentityError) -> [Record] {
        var records: [Record] = []
        records.reserveCapacity(rows.count)
        do throws(StoreError) {
            for row in rows { records.append(try make(row)) }
        } catch {
            throw told(error)
        }
        return records
    }

    /// What the caller is told; what it does not say is logged.
    private func told(_ error: any Error) -> IdentityError {
        let told = IdentityError(error)
        if told.code == .store || told.code == .failed {
            logger.error("an operation on accounts failed", metadata: ["error": "\(error)"])
        }
        return told
    }

    /// Forgets what is known of credentials, so that the store is asked again.
    func forget(session id: UUIDv7) { cache.forget { $0.grant == .session(id) } }
    func forget(key id: UUIDv7) { cache.forget { $0.grant == .key(id) } }
    func forget(user id: UUIDv7) { cache.forget { $0.principal.userID == id } }

    /// Signs with another key from now on.
    ///
    /// Tokens that neither of these keys has signed are refused at once.
    ///
    /// - Throws: `IdentityError` with `.failed` for a key that cannot be used.
    package func replaceKeys(with keys: SigningKeys) async throws(IdentityError) {
        try await tokens.replace(with: keys)
        cache.forget { _ in true }
    }
}
