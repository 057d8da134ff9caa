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
            let holding = BoundStatement(
                CreditSQL.holdCredits,
                [SQLValue(user), .integer(credits), .text(CreditDesk.cause(of: request))]
            )
            let noting = BoundStatement(
                CreditSQL.addHold,
                [
                    SQLValue(hold.id), SQLValue(user), .text(request), .integer(credits), SQLValue(transaction.now),
                    SQLValue(hold.expiresAt),
                ]
            )
            // Most have an account, and enough in it.
            let answers = try transaction.run([holding, noting])
            guard answers[1].changedCount == 1 else { throw CreditError.alreadyUsed(request: request) }
            guard answers[0].changedCount != 1 else { return hold }
            try CreditDesk.open(user, welcome, welcomeID, &transaction)
            guard try transaction.run([holding])[0].changedCount == 1 else {
                throw try CreditDesk.refusal(of: hold, transaction)
            }
            return hold
        }
    }

    /// Why nothing could be held.
    private static func refusal(
        of hold: CreditHold,
        _ transaction: borrowing Transaction
    ) throws(StoreError) -> CreditError {
        let paid = [SQLValue(hold.userID), .text(cause(of: hold.requestID))]
        guard try transaction.rows(CreditSQL.entryOfCause, paid).isEmpty else {
            return .alreadyUsed(request: hold.requestID)
        }
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
            let (held, time) = (SQLValue(hold.id), SQLValue(transaction.now))
            let ending = BoundStatement(CreditSQL.removeHold, [held])
            guard charged > 0 else {
                let answers = try transaction.run([BoundStatement(CreditSQL.releaseCredits, [held]), ending])
                guard answers[1].changedCount == 1 else { throw CreditError.holdGone }
                return (answers[0].rows.first.flatMap(CreditAccount.init) ?? .none, [ChargeReview.Finding]())
            }
            let hourAgo = transaction.now.advanced(by: .seconds(-3600))
            var statements = [
                BoundStatement(CreditSQL.charge, [held, .integer(charged), time]),
                BoundStatement(
                    CreditSQL.addCharge,
                    [
                        SQLValue(id), held, .integer(-charged), .text(source.rawValue), SQLValue(units), .text(reason),
                        .text(CreditDesk.cause(of: hold.requestID)), time,
                    ]
                ),
                ending,
            ]
            // Adds up many where nothing ends it: only where it is asked for.
            if review.hourMax > 0 {
                statements.append(BoundStatement(CreditSQL.spent, [SQLValue(hold.userID), SQLValue(hourAgo)]))
            }
            let answers = try transaction.run(statements)
            guard answers[2].changedCount == 1 else { throw CreditError.holdGone }
            var account = answers[0].rows.first.flatMap(CreditAccount.init) ?? .none
            let findings = review.findings(
                charged: charged,
                balance: account.balance,
                spent: review.hourMax > 0 ? answers[3].rows.first?[0].integer ?? 0 : 0,
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
            guard try CreditDesk.release(SQLValue(hold.id), &transaction) else { throw CreditError.holdGone }
        }
    }

    /// - Returns: `false` when there is no such hold any more.
    private static func release(_ hold: SQLValue, _ transaction: inout Transaction) throws(StoreError) -> Bool {
        try transaction.run([
            BoundStatement(CreditSQL.releaseCredits, [hold]), BoundStatement(CreditSQL.removeHold, [hold]),
        ])[1].changedCount == 1
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
            for row in expired { _ = try CreditDesk.release(row[0], &transaction) }
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
