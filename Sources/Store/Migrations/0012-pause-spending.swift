extension Migration {
    /// Accounts whose spending is paused until somebody has looked at it, and what it takes to see soon who spends a lot
    /// and which subscribers have not got the month's credits.
    ///
    /// What was spent before an account was last resumed does not count against it again. Each charge adds up those of
    /// the hour before it, so the ledger's index holds all that this takes.
    static let pauseSpending = Migration(
        id: "0012-pause-spending",
        sqlite: """
            ALTER TABLE credits_account ADD COLUMN paused_at INTEGER;
            ALTER TABLE credits_account ADD COLUMN resumed_at INTEGER;
            CREATE INDEX credits_account_paused ON credits_account (paused_at) WHERE paused_at IS NOT NULL;
            CREATE INDEX credits_ledger_user ON credits_ledger (user_id, created_at, cause, delta);
            CREATE INDEX user_account_tier ON user_account (tier, id) WHERE tier <> 'free';
            """,
        postgres: """
            ALTER TABLE credits_account ADD COLUMN paused_at bigint;
            ALTER TABLE credits_account ADD COLUMN resumed_at bigint;
            CREATE INDEX credits_account_paused ON credits_account (paused_at) WHERE paused_at IS NOT NULL;
            CREATE INDEX credits_ledger_user ON credits_ledger (user_id, created_at, cause, delta);
            CREATE INDEX user_account_tier ON user_account (tier, id) WHERE tier <> 'free';
            """
    )
}
