package import Bus
import Domain
package import Governance
import Store

/// Who shares in what a channel takes in.
package enum TreasuryParty: String, Codable, Hashable, Sendable, CaseIterable {
    case creator
    case relayers
    case dao
}

/// One movement of money in the ledger; entries are added and never changed.
package struct TreasuryEntry: Hashable, Sendable {
    package let id: UUIDv7
    package let party: TreasuryParty
    /// Whose it is: a creator's wallet, or the party's own name.
    package let holder: String
    package let currency: String
    /// In base units; less than nothing for what was paid out.
    package let amount: Int64
    /// `revenue`, `tip` or `withdrawal`.
    package let kind: String
    package let channel: String?
    /// What it was for; each is entered once.
    package let cause: String
    package let note: String
    package let at: Timestamp
}

/// What somebody has in the treasury.
package struct TreasuryBalance: Hashable, Sendable {
    package let party: TreasuryParty
    package let holder: String
    package let currency: String
    package let amount: Int64
}

/// Money that has come in.
package struct TreasuryIncome: Hashable, Sendable {
    package var amount: UInt64
    package var currency: String
    /// The wallet of whoever made the channel.
    package var creator: String
    package var channel: String?
    /// A viewer's tip is the creator's alone; everything else is divided.
    package var isTip: Bool
    package var cause: String
    package var note: String

    package init(
        amount: UInt64,
        currency: String,
        creator: String,
        channel: String?,
        isTip: Bool = false,
        cause: String,
        note: String
    ) {
        self.amount = amount
        self.currency = currency
        self.creator = creator
        self.channel = channel
        self.isTip = isTip
        self.cause = cause
        self.note = note
    }
}

extension GovernanceDesk {
    /// Enters what has come in, divided among those who share in it; rounding leaves its rest to the DAO.
    ///
    /// - Returns: the parts, which make what came in.
    /// - Throws: `GovernanceError`: `.invalid`, `.alreadyUsed` for a cause that was entered before, `.store`.
    package func enter(_ income: TreasuryIncome) async throws(GovernanceError) -> TreasurySplit.Parts {
        try GovernanceDesk.check(income.currency, income.cause, income.note)
        guard income.amount > 0, income.amount <= UInt64(Int64.max) else {
            throw .invalid(field: "amount", problem: "must be at least 1 and fit into 63 bits")
        }
        guard PlainText.isWord(income.creator, bytesMax: 128) else {
            throw .invalid(field: "creator", problem: "must be a wallet's address")
        }
        let divided = income.isTip ? TreasurySplit.tip(income.amount) : terms.settings.treasury.parts(of: income.amount)
        guard let parts = divided else { throw .unavailable("the settings of the treasury do not add up") }
        let rows: [(TreasuryParty, String, UInt64)] = [
            (.creator, income.creator, parts.creator), (.relayers, "relayers", parts.relayers),
            (.dao, "dao", parts.dao),
        ]
        let entries = rows.filter { $0.2 > 0 }.map { ($0.0, $0.1, Int64($0.2), nextID()) }
        let kind = income.isTip ? "tip" : "revenue"
        return try await commit { transaction in
            try GovernanceDesk.take(income.cause, &transaction)
            for (party, holder, amount, id) in entries {
                let balance = try GovernanceDesk.balance(party, holder, income.currency, transaction)
                guard !balance.addingReportingOverflow(amount).overflow else {
                    throw GovernanceError.invalid(field: "amount", problem: "makes more than can be counted")
                }
                let values: [SQLValue] = [
                    SQLValue(id), .text(party.rawValue), .text(holder), .text(income.currency), .integer(amount),
                    .text(kind), SQLValue(income.channel), .text(income.cause), .text(income.note),
                    SQLValue(transaction.now),
                ]
                guard try transaction.execute(TreasurySQL.insert, values) == 1 else {
                    throw GovernanceError.alreadyUsed("cause")
                }
            }
            try transaction.append(
                TreasuryFunded(
                    cause: income.cause,
                    currency: income.currency,
                    creator: String(parts.creator),
                    relayers: String(parts.relayers),
                    dao: String(parts.dao),
                    channel: income.channel
                )
            )
            return parts
        }
    }

    /// Enters what was paid out.
    ///
    /// - Returns: what is left.
    /// - Throws: `GovernanceError`: `.invalid` for more than there is, `.alreadyUsed` for a cause, `.store`.
    package func withdraw(
        _ amount: UInt64,
        of currency: String,
        from party: TreasuryParty,
        holder: String,
        cause: String,
        note: String
    ) async throws(GovernanceError) -> Int64 {
        try GovernanceDesk.check(currency, cause, note)
        guard amount > 0, amount <= UInt64(Int64.max) else {
            throw .invalid(field: "amount", problem: "must be at least 1 and fit into 63 bits")
        }
        let id = nextID()
        return try await commit { transaction in
            // First, so that who asks again hears of that and not of what is left.
            try GovernanceDesk.take(cause, &transaction)
            let balance = try GovernanceDesk.balance(party, holder, currency, transaction)
            guard balance >= Int64(amount) else {
                throw GovernanceError.invalid(field: "amount", problem: "is more than the \(balance) that there are")
            }
            let values: [SQLValue] = [
                SQLValue(id), .text(party.rawValue), .text(holder), .text(currency), .integer(-Int64(amount)),
                .text("withdrawal"), .null, .text(cause), .text(note), SQLValue(transaction.now),
            ]
            guard try transaction.execute(TreasurySQL.insert, values) == 1 else {
                throw GovernanceError.alreadyUsed("cause")
            }
            try transaction.append(
                TreasuryWithdrawn(
                    cause: cause,
                    currency: currency,
                    party: party.rawValue,
                    holder: holder,
                    amount: String(amount)
                )
            )
            return balance - Int64(amount)
        }
    }

    /// What everybody has, who has anything.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func balances() async throws(GovernanceError) -> [TreasuryBalance] {
        try await query(TreasurySQL.balances, []).compactMap { row in
            guard let party = row[0].text.flatMap(TreasuryParty.init), let holder = row[1].text,
                let currency = row[2].text, let amount = row[3].integer
            else { return nil }
            return TreasuryBalance(party: party, holder: holder, currency: currency, amount: amount)
        }
    }

    /// The ledger, the newest first.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func treasuryEntries(
        before: UUIDv7? = nil,
        limit: Int = 50
    ) async throws(GovernanceError) -> [TreasuryEntry] {
        let start = SQLValue(before ?? UUIDv7(high: .max, low: .max))
        let rows = try await query(TreasurySQL.page, [start, SQLValue(min(200, max(1, limit)))])
        return rows.compactMap { row in
            guard let id = row[0].id, let party = row[1].text.flatMap(TreasuryParty.init), let holder = row[2].text,
                let currency = row[3].text, let amount = row[4].integer, let kind = row[5].text,
                let cause = row[7].text, let note = row[8].text, let at = row[9].time
            else { return nil }
            return TreasuryEntry(
                id: id,
                party: party,
                holder: holder,
                currency: currency,
                amount: amount,
                kind: kind,
                channel: row[6].text,
                cause: cause,
                note: note,
                at: at
            )
        }
    }

    /// Keeps others out until the transaction has ended, and sees to it that a cause is entered once.
    ///
    /// Two that pay out at the same time would both see what only one may have.
    private static func take(_ cause: String, _ transaction: inout Transaction) throws {
        try transaction.execute(TreasurySQL.lock)
        guard try transaction.rows(TreasurySQL.withCause, [.text(cause)]).isEmpty else {
            throw GovernanceError.alreadyUsed("cause")
        }
    }

    private static func balance(
        _ party: TreasuryParty,
        _ holder: String,
        _ currency: String,
        _ transaction: borrowing Transaction
    ) throws -> Int64 {
        let place: [SQLValue] = [.text(party.rawValue), .text(holder), .text(currency)]
        return try transaction.rows(TreasurySQL.balance, place).first?[0].integer ?? 0
    }

    private static func check(_ currency: String, _ cause: String, _ note: String) throws(GovernanceError) {
        guard PlainText.isWord(currency, bytesMax: 64) else {
            throw .invalid(field: "currency", problem: "must be a word such as SOL, or a token's address")
        }
        guard PlainText.isWord(cause, bytesMax: 128) else {
            throw .invalid(field: "cause", problem: "must be a word of at most 128 bytes, entered once")
        }
        guard note.utf8.count <= 500, PlainText.isLine(note) else {
            throw .invalid(field: "note", problem: "must be one line of at most 500 bytes")
        }
    }
}

/// The statements about the treasury.
enum TreasurySQL {
    /// Arguments: id, party, holder, currency, amount, kind, channel, cause, note, at.
    static let insert: SQL = """
        INSERT INTO treasury_entry (id, party, holder, currency, amount, kind, channel, cause, note, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING
        """
    /// SQLite has one writer anyway.
    static let lock = SQL(
        sqlite: "UPDATE treasury_entry SET amount = amount WHERE 0",
        postgres: "LOCK TABLE treasury_entry IN SHARE ROW EXCLUSIVE MODE"
    )
    /// Arguments: cause.
    static let withCause: SQL = "SELECT 1 FROM treasury_entry WHERE cause = ?1 LIMIT 1"
    /// Arguments: party, holder, currency.
    static let balance = SQL(
        sqlite: "SELECT sum(amount) FROM treasury_entry WHERE party = ?1 AND holder = ?2 AND currency = ?3",
        postgres: """
            SELECT sum(amount)::bigint FROM treasury_entry WHERE party = $1 AND holder = $2 AND currency = $3
            """
    )
    static let balances = SQL(
        sqlite: """
            SELECT party, holder, currency, sum(amount) FROM treasury_entry
            GROUP BY party, holder, currency HAVING sum(amount) <> 0 ORDER BY party, holder, currency
            """,
        postgres: """
            SELECT party, holder, currency, sum(amount)::bigint FROM treasury_entry
            GROUP BY party, holder, currency HAVING sum(amount) <> 0 ORDER BY party, holder, currency
            """
    )
    /// Arguments: before, limit.
    static let page: SQL = """
        SELECT id, party, holder, currency, amount, kind, channel, cause, note, at FROM treasury_entry
        WHERE id < ?1 ORDER BY id DESC LIMIT ?2
        """
}
