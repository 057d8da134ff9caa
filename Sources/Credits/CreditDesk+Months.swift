package import Bus
import Domain
import Store

extension CreditDesk {
    /// Where a round of months goes on.
    package struct MonthPlace: Hashable, Sendable {
        fileprivate let tier: Tier
        fileprivate let user: UUIDv7

        fileprivate static func start(of tier: Tier) -> MonthPlace {
            MonthPlace(tier: tier, user: UUIDv7(high: 0, low: 0))
        }
    }

    /// Accounts that one page of a round gives their month.
    private static let monthsAtOnce = 50

    /// Gives a page of accounts, of the tiers that have them, the credits of this month, once each.
    ///
    /// Each is written down with its cause, so whatever ends in between loses and doubles nothing. An account that has got
    /// its month keeps it, and gets no other when its tier changes; one that is disabled gets nothing while it is.
    ///
    /// - Parameter place: where the page before ended; `nil` begins a round.
    /// - Returns: who got theirs, and where the next page begins: `nil` when the round has come to its end.
    /// - Throws: `CreditError.store`.
    package func giveMonths(
        from place: MonthPlace? = nil
    ) async throws(CreditError) -> (given: [UUIDv7], next: MonthPlace?) {
        let (settings, month) = (settings, CreditMonth(of: now()))
        for (tier, credits) in settings.months.sorted(by: { $0.key < $1.key }) where credits > 0 {
            guard place.map({ tier >= $0.tier }) ?? true else { continue }
            let start = place.flatMap { $0.tier == tier ? $0 : nil } ?? .start(of: tier)
            // Looked for beside the writer, as nearly always there is nobody.
            let due = try await query(
                CreditSQL.monthDue,
                [
                    .text(tier.rawValue), .text(month.cause), SQLValue(start.user),
                    SQLValue(CreditDesk.monthsAtOnce),
                ]
            ).compactMap { $0[0].id }
            guard let last = due.last else { continue }
            let given = try await give(credits, of: month, to: due, tier)
            return (given, MonthPlace(tier: tier, user: last))
        }
        return ([], nil)
    }

    private func give(
        _ credits: Int64,
        of month: CreditMonth,
        to users: [UUIDv7],
        _ tier: Tier
    ) async throws(CreditError) -> [UUIDv7] {
        let welcome = settings.welcome
        let ids = users.map { (user: $0, welcome: nextID(), entry: nextID()) }
        return try await commit { transaction in
            var given: [UUIDv7] = []
            for (user, welcomeID, id) in ids {
                let arguments: [SQLValue] = [.text(tier.rawValue), .text(month.cause), SQLValue(user)]
                // Another daemon may have been here, or the tier changed.
                guard try !transaction.rows(CreditSQL.isMonthDue, arguments).isEmpty else { continue }
                try CreditDesk.open(user, welcome, welcomeID, &transaction)
                try CreditDesk.add(
                    credits,
                    to: user,
                    id,
                    .subscription,
                    cause: month.cause,
                    reason: "\(month), tier \(tier.rawValue)",
                    &transaction
                )
                given.append(user)
            }
            return given
        }
    }
}
