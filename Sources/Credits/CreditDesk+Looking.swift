package import Bus
import Store

/// For those who run the station.
extension CreditDesk {
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

    /// Accounts whose row is not the sum of their entries, or whose holds do not add up: none, unless something is wrong.
    ///
    /// - Throws: `CreditError.store`.
    package func accountsThatDoNotAddUp() async throws(CreditError) -> [UUIDv7] {
        try await query(CreditSQL.unbalanced, []).compactMap { $0[0].id }
    }

    /// Accounts that may spend nothing until an operator has looked at them, those that wait longest first.
    ///
    /// - Parameter limit: the most of them.
    /// - Returns: them, and how many there are.
    /// - Throws: `CreditError.store`.
    package func paused(limit: Int) async throws(CreditError) -> (accounts: [CreditPause], count: Int) {
        let rows = try await query(CreditSQL.paused, [SQLValue(limit)])
        let accounts = rows.compactMap { row -> CreditPause? in
            guard let user = row[0].id, let since = row[1].time else { return nil }
            return CreditPause(userID: user, since: since)
        }
        guard accounts.count == limit else { return (accounts, accounts.count) }
        return (accounts, try await query(CreditSQL.pausedCount, []).first?[0].int ?? accounts.count)
    }

    /// What all accounts were charged in some hours.
    ///
    /// - Parameter hours: their numbers since 1970.
    /// - Returns: credits by hour; hours in which it was nothing are left out.
    /// - Throws: `CreditError.store`.
    package func spent(in hours: Range<Int64>) async throws(CreditError) -> [Int64: Int64] {
        let (start, end) = (
            hours.lowerBound * BurnRate.nanosecondsOfHour, hours.upperBound * BurnRate.nanosecondsOfHour
        )
        return try await spentByHour(from: start, to: end)
    }

    /// What all accounts were charged since a moment.
    ///
    /// - Throws: `CreditError.store`.
    package func spent(since start: Timestamp) async throws(CreditError) -> Int64 {
        try await spentByHour(from: start.nanoseconds, to: .max).values.reduce(0, +)
    }

    private func spentByHour(from start: Int64, to end: Int64) async throws(CreditError) -> [Int64: Int64] {
        let rows = try await query(CreditSQL.spentByHour, [.integer(start), .integer(end)])
        return Dictionary(
            rows.compactMap { row in
                guard let hour = row[0].integer, let spent = row[1].integer else { return nil }
                return (hour, spent)
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
