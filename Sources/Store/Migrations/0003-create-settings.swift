extension Migration {
    /// Named values, as JSON.
    static let createSettings = Migration(
        id: "0003-create-settings",
        sqlite: """
            CREATE TABLE settings (
                key TEXT PRIMARY KEY,
                value TEXT NOT NULL CHECK (json_valid(value)),
                updated_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """,
        postgres: """
            CREATE TABLE settings (
                key text PRIMARY KEY,
                value json NOT NULL,
                updated_at bigint NOT NULL
            );
            """
    )
}
