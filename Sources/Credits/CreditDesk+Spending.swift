package import Bus
import Domain
import Store

extension CreditDesk {
    /// How long a hold lasts that nobody settles.
    package static let holdLifetime: Duration = .seconds(600)
    /// Holds that one round of tidying ends.
    private static let expiredMax = 200

    /// Sets credits aside for a call, if there are enough: the balance is checked and held in one step.
    ///
    /// - Parameters:
    ///   - credits: the most that the call may cost.
    ///   - user: who pays.
    ///   - request: the call's id; it is charged once.
    /// - Returns: the hold, which is to be settled or released.
    /// - Throws: `CreditError`: `.insufficient`, `.spendingPaused`, `.alreadyUsed`, `.badAmount`, `.store`.
    package func hold(_ credits: Int64, of user: UUIDv7, for request: String) async throws(CreditError) -> CreditHold {
        guard credits > 0, credits.magnitude <= CreditDesk.amountMax else { throw .badAmount }
        let hold = CreditHold(
            id: nextID(),
            userID: user,
            requestID: request,
            credits: credits,
            expiresAt: now().advanced(by: CreditDesk.holdLifetime)
        )
        let (welcome, welcomeID) = (settings.welcome, nextID())
        return try await commit { transaction in
            let holding = [SQLValue(user), .integer(credits), .text(CreditDesk.cause(of: request))]
            // Most have an account, and enough in it: each statement costs a way to the database and back.
            if try transaction.execute(CreditSQL.holdCredits, holding) != 1 {
                try CreditDesk.open(user, welcome, welcomeID, &transaction)
                if try transaction.execute(CreditSQL.holdCredits, holding) != 1 {
                    throw try CreditDesk.refusal(of: hold, transaction)
                }
            }
            let isNew = try transaction.execute(
                CreditSQL.addHold,
                [
                    SQLValue(hold.id), SQLValue(user), .text(request), .integer(credits), SQLValue(transaction.now),
                    SQLValue(hold.expiresAt),
                ]
            )
            guard isNew == 1 else { throw CreditError.alreadyUsed(request: request) }
            return hold
        }
    }

    /// Why nothing could be held.
    private static func refusal(
        of hold: CreditHold,
        _ transaction: borrowing Transaction
    ) throws(StoreError) -> CreditError {
        let (user, request) = (SQLValue(hold.userID), hold.requestID)
        let known =
            try transaction.rows(CreditSQL.entryOfCause, [user, .text(cause(of: request))])
            + transaction.rows(CreditSQL.holdOfRequest, [user, .text(request)])
        guard known.isEmpty else { return .alreadyUsed(request: request) }
        let account = try account(of: hold.userID, transaction)
        guard account.pausedAt == nil else { return .spendingPaused }
        return .insufficient(available: account.available, required: hold.credits)
    }

    /// Charges what a call has cost and gives back the rest of its hold.
    ///
    /// What the charge gives reason to say is logged with it, and an account that has spent too much within an hour is
    /// paused with it, so that nothing of either is lost or comes late.
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
        let (id, review) = (nextID(), settings.review)
        let (account, findings) = try await commit(evenIfCancelled: true) { transaction in
            guard try transaction.execute(CreditSQL.removeHold, [SQLValue(hold.id)]) == 1 else {
                throw CreditError.holdGone
            }
            let (user, time) = (SQLValue(hold.userID), SQLValue(transaction.now))
            guard charged > 0 else {
                let rows = try transaction.rows(CreditSQL.releaseCredits, [user, .integer(hold.credits)])
                return (rows.first.flatMap(CreditAccount.init) ?? .none, [ChargeReview.Finding]())
            }
            let rows = try transaction.rows(
                CreditSQL.changeBalance,
                [user, .integer(-charged), time, .integer(hold.credits)]
            )
            var account = rows.first.flatMap(CreditAccount.init) ?? .none
            try transaction.execute(
                CreditSQL.addEntry,
                [
                    SQLValue(id), user, .integer(-charged), .text(source.rawValue), SQLValue(units), .text(reason),
                    .text(CreditDesk.cause(of: hold.requestID)), time,
                ]
            )
            let findings = review.findings(
                charged: charged,
                balance: account.balance,
                spent: review.hourMax > 0 ? try CreditDesk.spent(by: hold.userID, account, transaction) : 0,
                isPaused: account.pausedAt != nil
            )
            for finding in findings {
                try CreditDesk.note(finding, hold, source, &account, &transaction)
            }
            return (account, findings)
        }
        for finding in findings { onFinding(finding) }
        return (charged, account)
    }

    /// What an account was charged within the last hour, but for what was looked at already.
    private static func spent(
        by user: UUIDv7,
        _ account: CreditAccount,
        _ transaction: borrowing Transaction
    ) throws(StoreError) -> Int64 {
        let hourAgo = transaction.now.advanced(by: .seconds(-3600))
        let start = account.resumedAt.map { max($0, hourAgo) } ?? hourAgo
        return try transaction.rows(CreditSQL.spent, [SQLValue(user), SQLValue(start)]).first?[0].integer ?? 0
    }

    /// Tells of a finding, and pauses an account that has spent too much.
    private static func note(
        _ finding: ChargeReview.Finding,
        _ hold: CreditHold,
        _ source: CreditSource,
        _ account: inout CreditAccount,
        _ transaction: inout Transaction
    ) throws(StoreError) {
        let (user, request) = (hold.userID, hold.requestID)
        switch finding {
        case .low(let balance, let threshold):
            try transaction.append(
                CreditBalanceLow(user: user, balance: balance, threshold: threshold, request: request)
            )
        case .large(let credits, let threshold):
            try transaction.append(
                CreditChargeLarge(
                    user: user,
                    credits: credits,
                    threshold: threshold,
                    provider: source.rawValue,
                    request: request
                )
            )
        case .spentTooMuch(let spent, let threshold):
            let time = transaction.now
            try transaction.execute(CreditSQL.pause, [SQLValue(user), SQLValue(time)])
            account.pausedAt = time
            try transaction.append(
                CreditSpendingPaused(user: user, spent: spent, threshold: threshold, request: request)
            )
        }
    }

    /// Lets an account spend again that was paused.
    ///
    /// What it has spent so far does not count against it any more.
    /// - Parameters:
    ///   - user: whose.
    ///   - caller: who says so, for the event.
    /// - Returns: whether it was paused.
    /// - Throws: `CreditError.store`.
    package func resume(_ user: UUIDv7, by caller: String) async throws(CreditError) -> Bool {
        try await commit { transaction in
            let time = SQLValue(transaction.now)
            guard try transaction.execute(CreditSQL.resume, [SQLValue(user), time]) == 1 else { return false }
            try transaction.append(CreditSpendingResumed(user: user, caller: caller))
            return true
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
            _ = try transaction.rows(CreditSQL.releaseCredits, [SQLValue(hold.userID), .integer(hold.credits)])
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
                _ = try transaction.rows(CreditSQL.releaseCredits, [row[1], row[2]])
            }
            return expired.count
        }
    }

    // MARK: Helpers

    private static func cause(of request: String) -> String { "charge:\(request)" }

    private static func account(
        of user: UUIDv7,
        _ transaction: borrowing Transaction
    ) throws(StoreError) -> CreditAccount {
        try transaction.rows(CreditSQL.account, [SQLValue(user)]).first.flatMap(CreditAccount.init) ?? .none
    }
}
