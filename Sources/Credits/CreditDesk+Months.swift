package import Bus
import Domain
import Store

extension CreditDesk {
    /// Accounts that one round gives their month.
    private static let monthsAtOnce = 50

    /// Gives accounts of the tiers that have them the credits of this month, once each.
    ///
    /// Each is written down with its cause, so whatever ends in between loses and doubles nothing. An account that has got
    /// its month keeps it, and gets no other when its tier changes; one that is disabled gets nothing while it is.
    ///
    /// - Returns: who got them; call again while there are some.
    /// - Throws: `CreditError.store`.
    package func giveMonths() async throws(CreditError) -> [UUIDv7] {
        let (settings, month) = (settings, CreditMonth(of: now()))
        for (tier, credits) in settings.months.sorted(by: { $0.key < $1.key }) where credits > 0 {
            // Looked for beside the writer, as nearly always there is nobody.
            let due = try await query(
                CreditSQL.monthDue,
                [.text(tier.rawValue), .text(month.cause), SQLValue(CreditDesk.monthsAtOnce)]
            ).compactMap { $0[0].id }
            guard !due.isEmpty else { continue }
            let ids = due.map { (user: $0, welcome: nextID(), entry: nextID()) }
            return try await commit { transaction in
                var given: [UUIDv7] = []
                for (user, welcomeID, id) in ids {
                    let arguments: [SQLValue] = [.text(tier.rawValue), .text(month.cause), SQLValue(user)]
                    // Another daemon may have been here, or the tier changed.
                    guard try !transaction.rows(CreditSQL.isMonthDue, arguments).isEmpty else { continue }
                    try CreditDesk.open(user, settings.welcome, welcomeID, &transaction)
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
        return []
    }
}
