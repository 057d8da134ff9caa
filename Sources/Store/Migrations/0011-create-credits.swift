extension Migration {
    /// What everybody has, and why.
    ///
    /// The ledger says it all, and the database refuses to change it; an account's row is its sum, kept in the same
    /// transaction so that a call can be held against it at once.
    static let createCredits = Migration(
        id: "0011-create-credits",
        sqlite: """
            CREATE TABLE credits_account (
                user_id BLOB PRIMARY KEY REFERENCES user_account (id),
                balance INTEGER NOT NULL,
                held INTEGER NOT NULL CHECK (held >= 0),
                entries INTEGER NOT NULL,
                last_entry_at INTEGER
            ) STRICT;
            CREATE TABLE credits_ledger (
                id BLOB PRIMARY KEY,
                user_id BLOB NOT NULL REFERENCES user_account (id),
                delta INTEGER NOT NULL CHECK (delta <> 0),
                provider TEXT NOT NULL CHECK (provider IN ('grok', 'gpt', 'claude', 'groq', 'local', 'data', 'voice',
                    'production', 'topup', 'subscription', 'referral', 'bonus', 'refund')),
                units TEXT CHECK (units IS NULL OR json_valid(units)),
                reason TEXT NOT NULL,
                cause TEXT NOT NULL,
                balance_after INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                UNIQUE (user_id, cause)
            ) STRICT;
            CREATE INDEX credits_ledger_age ON credits_ledger (created_at);
            CREATE TABLE credits_hold (
                id BLOB PRIMARY KEY,
                user_id BLOB NOT NULL REFERENCES user_account (id),
                request_id TEXT NOT NULL,
                credits INTEGER NOT NULL CHECK (credits > 0),
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                UNIQUE (user_id, request_id)
            ) STRICT;
            CREATE INDEX credits_hold_end ON credits_hold (expires_at);
            CREATE TRIGGER credits_ledger_is_final BEFORE UPDATE ON credits_ledger
            BEGIN SELECT RAISE(ABORT, 'credits_ledger is append-only'); END;
            CREATE TRIGGER credits_ledger_is_kept BEFORE DELETE ON credits_ledger
            BEGIN SELECT RAISE(ABORT, 'credits_ledger is append-only'); END;
            -- REPLACE deletes without telling the trigger above.
            CREATE TRIGGER credits_ledger_is_new BEFORE INSERT ON credits_ledger
            WHEN EXISTS (SELECT 1 FROM credits_ledger WHERE id = NEW.id OR user_id = NEW.user_id AND cause = NEW.cause)
            BEGIN SELECT RAISE(ABORT, 'credits_ledger is append-only'); END;
            """,
        postgres: """
            CREATE TABLE credits_account (
                user_id uuid PRIMARY KEY REFERENCES user_account (id),
                balance bigint NOT NULL,
                held bigint NOT NULL CHECK (held >= 0),
                entries bigint NOT NULL,
                last_entry_at bigint
            );
            CREATE TABLE credits_ledger (
                id uuid PRIMARY KEY,
                user_id uuid NOT NULL REFERENCES user_account (id),
                delta bigint NOT NULL CHECK (delta <> 0),
                provider text NOT NULL CHECK (provider IN ('grok', 'gpt', 'claude', 'groq', 'local', 'data', 'voice',
                    'production', 'topup', 'subscription', 'referral', 'bonus', 'refund')),
                units json,
                reason text NOT NULL,
                cause text COLLATE "C" NOT NULL,
                balance_after bigint NOT NULL,
                created_at bigint NOT NULL,
                UNIQUE (user_id, cause)
            );
            CREATE INDEX credits_ledger_age ON credits_ledger (created_at);
            CREATE TABLE credits_hold (
                id uuid PRIMARY KEY,
                user_id uuid NOT NULL REFERENCES user_account (id),
                request_id text COLLATE "C" NOT NULL,
                credits bigint NOT NULL CHECK (credits > 0),
                created_at bigint NOT NULL,
                expires_at bigint NOT NULL,
                UNIQUE (user_id, request_id)
            );
            CREATE INDEX credits_hold_end ON credits_hold (expires_at);
            CREATE FUNCTION credits_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'credits_ledger is append-only'; END $$;
            CREATE TRIGGER credits_ledger_is_final BEFORE UPDATE OR DELETE ON credits_ledger
            FOR EACH ROW EXECUTE FUNCTION credits_ledger_guard();
            """
    )
}
