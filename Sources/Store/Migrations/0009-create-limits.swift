extension Migration {
    /// How much has been asked for lately, and who has something under way: one row for each subject and its rules.
    ///
    /// The state is the program's own short form. Whoever writes it has read it before and names the stamp that it had,
    /// so two daemons never overwrite each other. A row means nothing any more once it has expired.
    static let createLimits = Migration(
        id: "0009-create-limits",
        sqlite: """
            CREATE TABLE limit_state (
                key TEXT PRIMARY KEY,
                stamp INTEGER NOT NULL,
                state BLOB NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX limit_state_age ON limit_state (expires_at);
            """,
        postgres: """
            CREATE TABLE limit_state (
                key text COLLATE "C" PRIMARY KEY,
                stamp bigint NOT NULL,
                state bytea NOT NULL,
                expires_at bigint NOT NULL
            );
            CREATE INDEX limit_state_age ON limit_state (expires_at);
            """
    )
}
