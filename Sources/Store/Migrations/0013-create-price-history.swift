extension Migration {
    /// What each model has cost users since when, so that a restart does not forget who still pays the price of before.
    ///
    /// Prices of tokens are in thousandths of a credit for a thousand of them.
    static let createPriceHistory = Migration(
        id: "0013-create-price-history",
        sqlite: """
            CREATE TABLE credits_price (
                provider TEXT NOT NULL,
                model TEXT NOT NULL,
                since INTEGER NOT NULL,
                input_milli INTEGER NOT NULL CHECK (input_milli >= 0),
                output_milli INTEGER NOT NULL CHECK (output_milli >= 0),
                per_call INTEGER NOT NULL CHECK (per_call >= 0),
                PRIMARY KEY (provider, model, since)
            ) STRICT;
            """,
        postgres: """
            CREATE TABLE credits_price (
                provider text COLLATE "C" NOT NULL,
                model text COLLATE "C" NOT NULL,
                since bigint NOT NULL,
                input_milli bigint NOT NULL CHECK (input_milli >= 0),
                output_milli bigint NOT NULL CHECK (output_milli >= 0),
                per_call bigint NOT NULL CHECK (per_call >= 0),
                PRIMARY KEY (provider, model, since)
            );
            """
    )
}
