extension Migration {
    /// Lists of reports and of payments are read from the newest on.
    static let indexOracleLists = Migration(
        id: "0021-index-oracle-lists",
        sqlite: """
            CREATE INDEX wallet_analytics_time ON wallet_analytics (analyzed_at, wallet);
            CREATE INDEX burn_payment_time ON burn_payment (accepted_at, signature);
            """,
        postgres: """
            CREATE INDEX wallet_analytics_time ON wallet_analytics (analyzed_at, wallet);
            CREATE INDEX burn_payment_time ON burn_payment (accepted_at, signature);
            """
    )
}
