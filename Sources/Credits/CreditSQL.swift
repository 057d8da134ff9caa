import Bus
import Store

enum CreditSQL {
    private static let accountColumns = "balance, held, entries, last_entry_at, paused_at, resumed_at"
    static let account = SQL(
        sqlite: "SELECT \(accountColumns) FROM credits_account WHERE user_id = ?1",
        postgres: "SELECT \(accountColumns) FROM credits_account WHERE user_id = $1"
    )
    static let openAccount: SQL = """
        INSERT INTO credits_account (user_id, balance, held, entries) VALUES (?1, 0, 0, 0) ON CONFLICT DO NOTHING
        """
    static let changeBalance: SQL = """
        UPDATE credits_account SET balance = balance + ?2, entries = entries + 1, last_entry_at = ?3 WHERE user_id = ?1
        """
    /// Only where there is enough, nothing is paused, and the same has not been paid for.
    static let holdCredits: SQL = """
        UPDATE credits_account SET held = held + ?2
        WHERE user_id = ?1 AND balance - held >= ?2 AND paused_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM credits_ledger WHERE user_id = ?1 AND cause = ?3)
        """
    /// Takes what a call has cost and gives back what was held for it, while that is; answers with the account.
    static let charge = SQL(
        sqlite: """
            UPDATE credits_account
            SET balance = balance - ?2, held = held - credits, entries = entries + 1, last_entry_at = ?3
            FROM credits_hold hold WHERE hold.id = ?1 AND credits_account.user_id = hold.user_id
            RETURNING \(accountColumns)
            """,
        postgres: """
            UPDATE credits_account
            SET balance = balance - $2, held = held - credits, entries = entries + 1, last_entry_at = $3
            FROM credits_hold hold WHERE hold.id = $1 AND credits_account.user_id = hold.user_id
            RETURNING \(accountColumns)
            """
    )
    /// Gives back what a hold holds; answers with the account.
    static let releaseCredits = SQL(
        sqlite: """
            UPDATE credits_account SET held = held - credits
            FROM credits_hold hold WHERE hold.id = ?1 AND credits_account.user_id = hold.user_id
            RETURNING \(accountColumns)
            """,
        postgres: """
            UPDATE credits_account SET held = held - credits
            FROM credits_hold hold WHERE hold.id = $1 AND credits_account.user_id = hold.user_id
            RETURNING \(accountColumns)
            """
    )

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
    /// After `charge`, and before its hold is removed.
    static let addCharge: SQL = """
        INSERT INTO credits_ledger (id, user_id, delta, provider, units, reason, cause, balance_after, created_at)
        SELECT ?1, hold.user_id, ?3, ?4, ?5, ?6, ?7, balance, ?8
        FROM credits_hold hold JOIN credits_account account ON account.user_id = hold.user_id WHERE hold.id = ?2
        """

    static let addHold: SQL = """
        INSERT INTO credits_hold (id, user_id, request_id, credits, created_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (user_id, request_id) DO NOTHING
        """
    static let removeHold: SQL = "DELETE FROM credits_hold WHERE id = ?1"
    static let expiredHolds: SQL = """
        SELECT id FROM credits_hold WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
        """

    // MARK: Pausing

    // Sums of bigint are numeric in PostgreSQL unless told otherwise.
    /// What an account was charged since a moment, but for what was looked at before it was resumed.
    static let spent = SQL(
        sqlite: """
            SELECT coalesce(-sum(delta), 0) FROM credits_ledger
            WHERE user_id = ?1 AND cause LIKE 'charge:%' AND created_at
                > max(?2, coalesce((SELECT resumed_at FROM credits_account WHERE user_id = ?1), ?2))
            """,
        postgres: """
            SELECT coalesce(-sum(delta), 0)::bigint FROM credits_ledger
            WHERE user_id = $1 AND cause LIKE 'charge:%' AND created_at
                > greatest($2, (SELECT resumed_at FROM credits_account WHERE user_id = $1))
            """
    )
    static let pause: SQL = "UPDATE credits_account SET paused_at = ?2 WHERE user_id = ?1"
    static let resume: SQL = """
        UPDATE credits_account SET paused_at = NULL, resumed_at = ?2 WHERE user_id = ?1 AND paused_at IS NOT NULL
        """
    static let paused: SQL = """
        SELECT user_id, paused_at FROM credits_account WHERE paused_at IS NOT NULL ORDER BY paused_at, user_id LIMIT ?1
        """
    static let pausedCount: SQL = "SELECT count(*) FROM credits_account WHERE paused_at IS NOT NULL"

    // MARK: Months

    static let monthDue: SQL = """
        SELECT id FROM user_account account WHERE tier = ?1 AND tier <> 'free' AND disabled_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM credits_ledger WHERE user_id = account.id AND cause = ?2)
            AND id > ?3
        ORDER BY id LIMIT ?4
        """
    /// Whether it still is, for one of them.
    static let isMonthDue: SQL = """
        SELECT 1 FROM user_account account WHERE id = ?3 AND tier = ?1 AND disabled_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM credits_ledger WHERE user_id = account.id AND cause = ?2)
        """

    // MARK: Prices

    /// The newest first.
    static let prices: SQL = """
        SELECT provider, model, since, input_milli, output_milli, per_call FROM credits_price
        ORDER BY since DESC, provider, model LIMIT ?1
        """
    /// One that was in force for no time at all is replaced.
    static let savePrice: SQL = """
        INSERT INTO credits_price (provider, model, since, input_milli, output_milli, per_call)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (provider, model, since) DO UPDATE SET input_milli = excluded.input_milli,
            output_milli = excluded.output_milli, per_call = excluded.per_call
        """
    /// Those that were over before a moment.
    static let forgetPrices: SQL = """
        DELETE FROM credits_price WHERE EXISTS (
            SELECT 1 FROM credits_price later WHERE later.provider = credits_price.provider
                AND later.model = credits_price.model AND later.since > credits_price.since AND later.since <= ?1)
        """

    // MARK: Looking

    static let spentByHour = SQL(
        sqlite: """
            SELECT created_at / 3600000000000, -sum(delta) FROM credits_ledger
            WHERE created_at >= ?1 AND created_at < ?2 AND cause LIKE 'charge:%' GROUP BY 1
            """,
        postgres: """
            SELECT created_at / 3600000000000, -sum(delta)::bigint FROM credits_ledger
            WHERE created_at >= $1 AND created_at < $2 AND cause LIKE 'charge:%' GROUP BY 1
            """
    )

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
        self.init(
            balance: balance,
            held: held,
            entryCount: entries,
            lastEntryAt: row[3].time,
            pausedAt: row[4].time,
            resumedAt: row[5].time
        )
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

extension PriceHistory.Step {
    init?(_ row: SQLRow) {
        guard let since = row[2].time, let input = row[3].integer, let output = row[4].integer,
            let call = row[5].integer, CreditPrice.allowed.contains(input), CreditPrice.allowed.contains(output),
            CreditPrice.allowed.contains(call)
        else { return nil }
        self.init(
            since: since,
            price: CreditPrice(perInputMilli: input, perOutputMilli: output, minimum: call)
        )
    }
}
