extension Migration {
    /// What other services have told us, each delivery once.
    ///
    /// The body is kept as it was signed; whoever works on it reads it by the id that the event names.
    static let createWebhooks = Migration(
        id: "0010-create-webhooks",
        sqlite: """
            CREATE TABLE webhook_delivery (
                id BLOB PRIMARY KEY,
                source TEXT NOT NULL,
                delivery TEXT NOT NULL,
                body TEXT NOT NULL,
                received_at INTEGER NOT NULL,
                UNIQUE (source, delivery)
            ) STRICT;
            CREATE INDEX webhook_delivery_age ON webhook_delivery (received_at);
            """,
        postgres: """
            CREATE TABLE webhook_delivery (
                id uuid PRIMARY KEY,
                source text COLLATE "C" NOT NULL,
                delivery text COLLATE "C" NOT NULL,
                body text NOT NULL,
                received_at bigint NOT NULL,
                UNIQUE (source, delivery)
            );
            CREATE INDEX webhook_delivery_age ON webhook_delivery (received_at);
            """
    )
}
