extension Migration {
    /// What the oracle knows of wallets, what it has said to them, and which transactions have paid for a call.
    ///
    /// Reports are kept as the text that is signed. Dollars are decimal text; amounts of the token are base units, which
    /// fit into 63 bits. A transaction pays once, and what has paid is kept. Times are nanoseconds since 1970.
    static let createWalletOracle = Migration(
        id: "0020-create-wallet-oracle",
        sqlite: """
            CREATE TABLE wallet_analytics (
                wallet TEXT PRIMARY KEY,
                pnl_usd TEXT,
                total_trades INTEGER NOT NULL CHECK (total_trades >= 0),
                tier INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 5),
                risk_score INTEGER NOT NULL CHECK (risk_score BETWEEN 0 AND 100),
                last_intro_timestamp INTEGER,
                intro_cache TEXT,
                analyzed_at INTEGER NOT NULL,
                stale_after INTEGER NOT NULL,
                sources TEXT NOT NULL CHECK (json_valid(sources)),
                report TEXT NOT NULL CHECK (json_valid(report))
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE wallet_intro (
                wallet TEXT NOT NULL,
                said_at INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                text TEXT NOT NULL,
                PRIMARY KEY (wallet, seq)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE burn_payment (
                signature TEXT PRIMARY KEY,
                slot INTEGER NOT NULL,
                mint TEXT NOT NULL,
                burner TEXT NOT NULL,
                burned INTEGER NOT NULL CHECK (burned >= 0),
                treasury_to_burn INTEGER NOT NULL CHECK (treasury_to_burn >= 0),
                treasury_kept INTEGER NOT NULL CHECK (treasury_kept >= 0),
                required INTEGER NOT NULL CHECK (required > 0),
                price_usd TEXT NOT NULL,
                price_at INTEGER NOT NULL,
                tier INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 5),
                priority INTEGER NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('accepted', 'queued', 'used')),
                accepted_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX burn_payment_burner ON burn_payment (burner, accepted_at);
            CREATE TRIGGER burn_payment_is_kept BEFORE DELETE ON burn_payment
            BEGIN SELECT RAISE(ABORT, 'a payment is kept'); END;
            CREATE TABLE burn_cursor (
                account TEXT PRIMARY KEY,
                last_signature TEXT,
                pass_head TEXT,
                pass_before TEXT,
                pass_from INTEGER NOT NULL,
                updated_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """,
        postgres: """
            CREATE TABLE wallet_analytics (
                wallet text COLLATE "C" PRIMARY KEY,
                pnl_usd text COLLATE "C",
                total_trades bigint NOT NULL CHECK (total_trades >= 0),
                tier smallint NOT NULL CHECK (tier BETWEEN 1 AND 5),
                risk_score smallint NOT NULL CHECK (risk_score BETWEEN 0 AND 100),
                last_intro_timestamp bigint,
                intro_cache text,
                analyzed_at bigint NOT NULL,
                stale_after bigint NOT NULL,
                sources text NOT NULL,
                report text NOT NULL
            );
            CREATE TABLE wallet_intro (
                wallet text COLLATE "C" NOT NULL,
                said_at bigint NOT NULL,
                seq bigint NOT NULL,
                text text NOT NULL,
                PRIMARY KEY (wallet, seq)
            );
            CREATE TABLE burn_payment (
                signature text COLLATE "C" PRIMARY KEY,
                slot bigint NOT NULL,
                mint text COLLATE "C" NOT NULL,
                burner text COLLATE "C" NOT NULL,
                burned bigint NOT NULL CHECK (burned >= 0),
                treasury_to_burn bigint NOT NULL CHECK (treasury_to_burn >= 0),
                treasury_kept bigint NOT NULL CHECK (treasury_kept >= 0),
                required bigint NOT NULL CHECK (required > 0),
                price_usd text COLLATE "C" NOT NULL,
                price_at bigint NOT NULL,
                tier smallint NOT NULL CHECK (tier BETWEEN 1 AND 5),
                priority smallint NOT NULL,
                state text COLLATE "C" NOT NULL CHECK (state IN ('accepted', 'queued', 'used')),
                accepted_at bigint NOT NULL
            );
            CREATE INDEX burn_payment_burner ON burn_payment (burner, accepted_at);
            CREATE FUNCTION burn_payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'a payment is kept';
            END $$;
            CREATE TRIGGER burn_payment_is_kept BEFORE DELETE ON burn_payment
            FOR EACH ROW EXECUTE FUNCTION burn_payment_guard();
            CREATE TABLE burn_cursor (
                account text COLLATE "C" PRIMARY KEY,
                last_signature text COLLATE "C",
                pass_head text COLLATE "C",
                pass_before text COLLATE "C",
                pass_from bigint NOT NULL,
                updated_at bigint NOT NULL
            );
            """
    )
}
