package import Bus
package import Store
import Threading

/// Everything that is done with credits, over the store of either engine.
///
/// Each operation is one transaction in which the ledger, the account and the holds change together, so they add up
/// whenever the program ends. What a call may cost is held before it begins and settled to what it has delivered.
package final class CreditDesk: Sendable {
    private let store: any Storage
    private let current: Mutex<CreditSettings>
    let onFinding: @Sendable (ChargeReview.Finding) -> Void
    let now: @Sendable () -> Timestamp
    private let author = Incarnation(of: "credits")
    private let ids = Mutex(UUIDv7Generator())

    /// - Parameters:
    ///   - store: where it is kept.
    ///   - settings: what it goes by.
    ///   - onFinding: told of what charges gave reason to say, once they are written down.
    ///   - now: what time it is.
    package init(
        store: any Storage,
        settings: CreditSettings,
        onFinding: @escaping @Sendable (ChargeReview.Finding) -> Void = { _ in },
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        current = Mutex(settings)
        self.onFinding = onFinding
        self.now = now
    }

    package var settings: CreditSettings { current.withLock { $0 } }

    /// Other settings, from the next operation on.
    package func replace(with settings: CreditSettings) { current.withLock { $0 = settings } }

    // MARK: Looking

    /// What somebody has; whoever is new gets the welcome now.
    ///
    /// - Throws: `CreditError.store`.
    package func account(of user: UUIDv7) async throws(CreditError) -> CreditAccount {
        let known = try await query(CreditSQL.account, [SQLValue(user)]).first.flatMap(CreditAccount.init)
        if let known { return known }
        let (id, welcome) = (nextID(), settings.welcome)
        return try await commit { transaction in
            try CreditDesk.open(user, welcome, id, &transaction)
            return try transaction.rows(CreditSQL.account, [SQLValue(user)]).first.flatMap(CreditAccount.init) ?? .none
        }
    }

    /// The newest first.
    ///
    /// - Throws: `CreditError.store`.
    package func entries(of user: UUIDv7, limit: Int) async throws(CreditError) -> [CreditEntry] {
        try await query(CreditSQL.entries, [SQLValue(user), SQLValue(limit)]).compactMap(CreditEntry.init)
    }

    // MARK: Earning

    /// Gives credits, once for each cause.
    ///
    /// - Parameters:
    ///   - credits: how many; less than nothing takes them back, as a disputed payment does.
    ///   - user: whose.
    ///   - source: where they come from.
    ///   - cause: what they are for, such as `signup` or `topup:cs_123`.
    ///   - reason: the same for people.
    /// - Returns: `false` when they had been given before.
    /// - Throws: `CreditError`: `.badAmount`, `.store`.
    package func grant(
        _ credits: Int64,
        to user: UUIDv7,
        from source: CreditSource,
        cause: String,
        reason: String
    ) async throws(CreditError) -> Bool {
        guard credits != 0, credits.magnitude <= CreditDesk.amountMax else { throw .badAmount }
        // The welcome comes first.
        let (welcome, welcomeID, id) = (settings.welcome, nextID(), nextID())
        return try await commit { transaction in
            try CreditDesk.open(user, welcome, welcomeID, &transaction)
            let known = try transaction.rows(CreditSQL.entryOfCause, [SQLValue(user), .text(cause)])
            guard known.isEmpty else { return false }
            try CreditDesk.add(credits, to: user, id, source, cause: cause, reason: reason, &transaction)
            return true
        }
    }

    /// After it has been seen that there is no such entry yet.
    static func add(
        _ credits: Int64,
        to user: UUIDv7,
        _ id: UUIDv7,
        _ source: CreditSource,
        cause: String,
        reason: String,
        _ transaction: inout Transaction
    ) throws(StoreError) {
        let time = SQLValue(transaction.now)
        _ = try transaction.run([
            BoundStatement(CreditSQL.changeBalance, [SQLValue(user), .integer(credits), time]),
            BoundStatement(
                CreditSQL.addEntry,
                [
                    SQLValue(id), SQLValue(user), .integer(credits), .text(source.rawValue), .null, .text(reason),
                    .text(cause), time,
                ]
            ),
        ])
    }

    /// Makes the account of somebody who is new, with the welcome in it.
    static func open(
        _ user: UUIDv7,
        _ welcome: Int64,
        _ id: UUIDv7,
        _ transaction: inout Transaction
    ) throws(StoreError) {
        guard try transaction.execute(CreditSQL.openAccount, [SQLValue(user)]) == 1, welcome > 0 else { return }
        try add(welcome, to: user, id, .bonus, cause: "signup", reason: "welcome", &transaction)
    }

    /// More than anybody ever has, and little enough that sums do not overflow.
    static let amountMax: UInt64 = 1_000_000_000_000

    // MARK: Helpers

    func nextID() -> UUIDv7 {
        let time = now()
        return ids.withLock { $0.next(at: time) }
    }

    func commit<Value: Sendable>(
        evenIfCancelled: Bool = false,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(CreditError) -> Value {
        do {
            return try await store.commit(by: author, evenIfCancelled: evenIfCancelled, body).value
        } catch {
            throw CreditError(error)
        }
    }

    func query(_ statement: SQL, _ arguments: [SQLValue]) async throws(CreditError) -> [SQLRow] {
        do throws(StoreError) {
            return try await store.query(statement, arguments)
        } catch {
            throw .store(error)
        }
    }
}
