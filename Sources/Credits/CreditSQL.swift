import Bus
import Store

enum CreditSQL {
    static let account: SQL = "SELECT balance, held, entries, last_entry_at FROM credits_account WHERE user_id = ?1"
    static let openAccount: SQL = """
        INSERT INTO credits_account (user_id, balance, held, entries) VALUES (?1, 0, 0, 0) ON CONFLICT DO NOTHING
        """
    /// Also gives back what was held.
    static let changeBalance: SQL = """
        UPDATE credits_account SET balance = balance + ?2, held = held - ?4, entries = entries + 1, last_entry_at = ?3
        WHERE user_id = ?1
        """
    static let holdCredits: SQL = """
        UPDATE credits_account SET held = held + ?2 WHERE user_id = ?1 AND balance - held >= ?2
        """
    static let releaseCredits: SQL = "UPDATE credits_account SET held = held - ?2 WHERE user_id = ?1"

    private static let columns = "id, delta, provider, units, reason, cause, balance_after, created_at"
    static let entryOfCause: SQL = "SELECT 1 FROM credits_ledger WHERE user_id = ?1 AND cause = ?2"
    static let entries = SQL(
        sqlite: "SELECT \(columns) FROM credits_ledger WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2",
        postgres: "SELECT \(columns) FROM credits_ledger WHERE user_id = $1 ORDER BY id DESC LIMIT $2"
    )
    /// After the balance has been changed.
    static let addEntry: SQL = """
        INSERT INTO credits_ledger (id, user_id, delta, provider, units, reason, cause, balance_after, created_at)
        SELECT ?1, user_id, ?3, ?4, ?5, ?6, ?7, balance, ?8 FROM credits_account WHERE user_id = ?2
        """

    static let addHold: SQL = """
        INSERT INTO credits_hold (id, user_id, request_id, credits, created_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (user_id, request_id) DO NOTHING
        """
    static let removeHold: SQL = "DELETE FROM credits_hold WHERE id = ?1"
    static let expiredHolds: SQL = """
        SELECT id, user_id, credits FROM credits_hold WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
        """

    // Sums of bigint are numeric in PostgreSQL unless told otherwise.
    static let circulation = SQL(
        sqlite: "SELECT count(*), coalesce(sum(balance), 0), coalesce(sum(held), 0) FROM credits_account",
        postgres: """
            SELECT count(*), coalesce(sum(balance), 0)::bigint, coalesce(sum(held), 0)::bigint FROM credits_account
            """
    )
    static let bySource = SQL(
        sqlite: """
            SELECT provider, sum(delta), count(*) FROM credits_ledger WHERE created_at >= ?1
            GROUP BY provider ORDER BY provider
            """,
        postgres: """
            SELECT provider, sum(delta)::bigint, count(*) FROM credits_ledger WHERE created_at >= $1
            GROUP BY provider ORDER BY provider
            """
    )
    static let charges = SQL(
        sqlite: """
            SELECT count(*), coalesce(-sum(delta), 0) FROM credits_ledger
            WHERE created_at >= ?1 AND cause LIKE 'charge:%'
            """,
        postgres: """
            SELECT count(*), coalesce(-sum(delta), 0)::bigint FROM credits_ledger
            WHERE created_at >= $1 AND cause LIKE 'charge:%'
            """
    )
    static let topSpenders = SQL(
        sqlite: """
            SELECT user_id, -sum(delta) FROM credits_ledger WHERE created_at >= ?1 AND cause LIKE 'charge:%'
            GROUP BY user_id ORDER BY 2 DESC, user_id LIMIT 10
            """,
        postgres: """
            SELECT user_id, -sum(delta)::bigint FROM credits_ledger WHERE created_at >= $1 AND cause LIKE 'charge:%'
            GROUP BY user_id ORDER BY 2 DESC, user_id LIMIT 10
            """
    )

    static let unbalanced: SQL = """
        SELECT user_id FROM credits_account account
        WHERE balance <> (SELECT coalesce(sum(delta), 0) FROM credits_ledger WHERE user_id = account.user_id)
            OR held <> (SELECT coalesce(sum(credits), 0) FROM credits_hold WHERE user_id = account.user_id)
            OR entries <> (SELECT count(*) FROM credits_ledger WHERE user_id = account.user_id)
        LIMIT 100
        """
}

extension CreditAccount {
    init?(_ row: SQLRow) {
        guard let balance = row[0].integer, let held = row[1].integer, let entries = row[2].integer else { return nil }
        self.init(balance: balance, held: held, entryCount: entries, lastEntryAt: row[3].time)
    }
}

extension CreditEntry {
    init?(_ row: SQLRow) {
        guard let id = row[0].id, let delta = row[1].integer, let name = row[2].text,
            let source = CreditSource(rawValue: name), let reason = row[4].text, let cause = row[5].text,
            let balanceAfter = row[6].integer, let time = row[7].time
        else { return nil }
        self.init(
            id: id,
            delta: delta,
            source: source,
            units: row[3].text,
            reason: reason,
            cause: cause,
            balanceAfter: balanceAfter,
            createdAt: time
        )
    }
}
