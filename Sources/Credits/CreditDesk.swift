package import Bus
package import Store
import Threading

/// Everything that is done with credits, over the store of either engine.
///
/// Each operation is one transaction in which the ledger, the account and the holds change together, so they add up
/// whenever the program ends. What a call may cost is held before it begins and settled to what it has delivered.
package final class CreditDesk: Sendable {
    private let store: any Storage
    private let welcome: Int64
    private let now: @Sendable () -> Timestamp
    private let author = Incarnation(of: "credits")
    private let ids = Mutex(UUIDv7Generator())

    /// How long a hold lasts that nobody settles.
    package static let holdLifetime: Duration = .seconds(600)
    /// Holds that one round of tidying ends.
    private static let expiredMax = 200

    /// - Parameters:
    ///   - store: where it is kept.
    ///   - welcome: what everybody gets once, with the first look at what they have.
    ///   - now: what time it is.
    package init(store: any Storage, welcome: Int64, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.welcome = max(0, welcome)
        self.now = now
    }

    // MARK: Looking

    /// What somebody has; whoever is new gets the welcome now.
    ///
    /// - Throws: `CreditError.store`.
    package func account(of user: UUIDv7) async throws(CreditError) -> CreditAccount {
        let known = try await query(CreditSQL.account, [SQLValue(user)]).first.flatMap(CreditAccount.init)
        if let known { return known }
        let (id, welcome) = (nextID(), welcome)
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
        let (welcome, welcomeID, id) = (welcome, nextID(), nextID())
        return try await commit { transaction in
            try CreditDesk.open(user, welcome, welcomeID, &transaction)
            let known = try transaction.rows(CreditSQL.entryOfCause, [SQLValue(user), .text(cause)])
            guard known.isEmpty else { return false }
            try CreditDesk.add(credits, to: user, id, source, cause: cause, reason: reason, &transaction)
            return true
        }
    }

    private static func add(
        _ credits: Int64,
        to user: UUIDv7,
        _ id: UUIDv7,
        _ source: CreditSource,
        cause: String,
        reason: String,
        _ transaction: inout Transaction
    ) throws(StoreError) {
        let time = SQLValue(transaction.now)
        try transaction.execute(CreditSQL.changeBalance, [SQLValue(user), .integer(credits), time, .integer(0)])
        try transaction.execute(
            CreditSQL.addEntry,
            [
                SQLValue(id), SQLValue(user), .integer(credits), .text(source.rawValue), .null, .text(reason),
                .text(cause), time,
            ]
        )
    }

    /// Makes the account of somebody who is new, with the welcome in it.
    private static func open(
        _ user: UUIDv7,
        _ welcome: Int64,
        _ id: UUIDv7,
        _ transaction: inout Transaction
    ) throws(StoreError) {
        guard try transaction.execute(CreditSQL.openAccount, [SQLValue(user)]) == 1, welcome > 0 else { return }
        try add(welcome, to: user, id, .bonus, cause: "signup", reason: "welcome", &transaction)
    }

    /// More than anybody ever has, and little enough that sums do not overflow.
    private static let amountMax: UInt64 = 1_000_000_000_000

    // MARK: Spending

    /// Sets credits aside for a call, if there are enough: the balance is checked and held in one step.
    ///
    /// - Parameters:
    ///   - credits: the most that the call may cost.
    ///   - user: who pays.
    ///   - request: the call's id; it is charged once.
    /// - Returns: the hold, which is to be settled or released.
    /// - Throws: `CreditError`: `.insufficient`, `.alreadyUsed`, `.badAmount`, `.store`.
    package func hold(_ credits: Int64, of user: UUIDv7, for request: String) async throws(CreditError) -> CreditHold {
        guard credits > 0, credits.magnitude <= CreditDesk.amountMax else { throw .badAmount }
        let hold = CreditHold(
            id: nextID(),
            userID: user,
            requestID: request,
            credits: credits,
            expiresAt: now().advanced(by: CreditDesk.holdLifetime)
        )
        let (welcome, welcomeID) = (welcome, nextID())
        return try await commit { transaction in
            try CreditDesk.open(user, welcome, welcomeID, &transaction)
            let cause = CreditDesk.cause(of: request)
            let isPaid = try !transaction.rows(CreditSQL.entryOfCause, [SQLValue(user), .text(cause)]).isEmpty
            guard !isPaid else { throw CreditError.alreadyUsed(request: request) }
            let isHeld = try transaction.execute(
                CreditSQL.addHold,
                [
                    SQLValue(hold.id), SQLValue(user), .text(request), .integer(credits), SQLValue(transaction.now),
                    SQLValue(hold.expiresAt),
                ]
            )
            guard isHeld == 1 else { throw CreditError.alreadyUsed(request: request) }
            let isEnough = try transaction.execute(CreditSQL.holdCredits, [SQLValue(user), .integer(credits)])
            guard isEnough == 1 else {
                let account = try transaction.rows(CreditSQL.account, [SQLValue(user)]).first.flatMap(
                    CreditAccount.init
                )
                throw CreditError.insufficient(available: (account ?? .none).available, required: credits)
            }
            return hold
        }
    }

    /// Charges what a call has cost and gives back the rest of its hold.
    ///
    /// Also for a task that is cancelled: what was delivered is paid.
    /// - Parameters:
    ///   - hold: what was set aside; nothing beyond it is charged.
    ///   - credits: what the call has cost; nothing for one that has failed.
    ///   - source: what it was spent on.
    ///   - units: what was counted, as JSON.
    ///   - reason: for people.
    /// - Returns: what was charged, and the account then.
    /// - Throws: `CreditError`: `.holdGone`, `.badAmount`, `.store`.
    package func settle(
        _ hold: CreditHold,
        to credits: Int64,
        for source: CreditSource,
        units: String?,
        reason: String
    ) async throws(CreditError) -> (charged: Int64, account: CreditAccount) {
        guard credits >= 0 else { throw .badAmount }
        let charged = min(credits, hold.credits)
        let id = nextID()
        return try await commit(evenIfCancelled: true) { transaction in
            guard try transaction.execute(CreditSQL.removeHold, [SQLValue(hold.id)]) == 1 else {
                throw CreditError.holdGone
            }
            let (user, time) = (SQLValue(hold.userID), SQLValue(transaction.now))
            if charged > 0 {
                try transaction.execute(
                    CreditSQL.changeBalance,
                    [user, .integer(-charged), time, .integer(hold.credits)]
                )
                try transaction.execute(
                    CreditSQL.addEntry,
                    [
                        SQLValue(id), user, .integer(-charged), .text(source.rawValue), SQLValue(units), .text(reason),
                        .text(CreditDesk.cause(of: hold.requestID)), time,
                    ]
                )
            } else {
                try transaction.execute(CreditSQL.releaseCredits, [user, .integer(hold.credits)])
            }
            let account = try transaction.rows(CreditSQL.account, [user]).first.flatMap(CreditAccount.init)
            return (charged, account ?? .none)
        }
    }

    /// Gives back a hold, also for a task that is cancelled: the call has failed, or was never made.
    ///
    /// - Throws: `CreditError`: `.holdGone`, `.store`.
    package func release(_ hold: CreditHold) async throws(CreditError) {
        try await commit(evenIfCancelled: true) { transaction in
            guard try transaction.execute(CreditSQL.removeHold, [SQLValue(hold.id)]) == 1 else {
                throw CreditError.holdGone
            }
            try transaction.execute(CreditSQL.releaseCredits, [SQLValue(hold.userID), .integer(hold.credits)])
        }
    }

    /// Gives back what calls have left held that never came to their end: those of a program that was killed.
    ///
    /// - Returns: how many holds; call again while there are some.
    /// - Throws: `CreditError.store`.
    package func releaseExpired() async throws(CreditError) -> Int {
        try await commit { transaction in
            let expired = try transaction.rows(
                CreditSQL.expiredHolds,
                [SQLValue(transaction.now), SQLValue(CreditDesk.expiredMax)]
            )
            for row in expired {
                try transaction.execute(CreditSQL.removeHold, [row[0]])
                try transaction.execute(CreditSQL.releaseCredits, [row[1], row[2]])
            }
            return expired.count
        }
    }

    // MARK: For those who run the station

    /// What there is of credits, and what became of them since a moment.
    ///
    /// - Throws: `CreditError.store`.
    package func overview(since start: Timestamp) async throws(CreditError) -> CreditOverview {
        let circulation = try await query(CreditSQL.circulation, []).first
        let sources = try await query(CreditSQL.bySource, [SQLValue(start)])
        let charges = try await query(CreditSQL.charges, [SQLValue(start)]).first
        let spenders = try await query(CreditSQL.topSpenders, [SQLValue(start)])
        return CreditOverview(
            accounts: circulation?[0].integer ?? 0,
            balance: circulation?[1].integer ?? 0,
            held: circulation?[2].integer ?? 0,
            bySource: sources.compactMap { row in
                guard let source = row[0].text.flatMap(CreditSource.init(rawValue:)), let sum = row[1].integer,
                    let count = row[2].integer
                else { return nil }
                return CreditOverview.Sum(source: source, delta: sum, entries: count)
            },
            charges: charges?[0].integer ?? 0,
            charged: charges?[1].integer ?? 0,
            topSpenders: spenders.compactMap { row in
                guard let user = row[0].id, let spent = row[1].integer else { return nil }
                return CreditOverview.Spender(userID: user, spent: spent)
            }
        )
    }

    // MARK: Checking

    /// Accounts whose row is not the sum of their entries, or whose holds do not add up: none, unless something is wrong.
    ///
    /// - Throws: `CreditError.store`.
    package func accountsThatDoNotAddUp() async throws(CreditError) -> [UUIDv7] {
        try await query(CreditSQL.unbalanced, []).compactMap { $0[0].id }
    }

    // MARK: Helpers

    private static func cause(of request: String) -> String { "charge:\(request)" }

    private func nextID() -> UUIDv7 {
        let time = now()
        return ids.withLock { $0.next(at: time) }
    }

    private func commit<Value: Sendable>(
        evenIfCancelled: Bool = false,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(CreditError) -> Value {
        do {
            return try await store.commit(by: author, evenIfCancelled: evenIfCancelled, body).value
        } catch {
            throw CreditError(error)
        }
    }

    private func query(_ statement: SQL, _ arguments: [SQLValue]) async throws(CreditError) -> [SQLRow] {
        do throws(StoreError) {
            return try await store.query(statement, arguments)
        } catch {
            throw .store(error)
        }
    }
}
