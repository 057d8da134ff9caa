extension Migration {
    /// Addresses that were asked as providers would be, what was found and decided, and when the last round began.
    ///
    /// Rows of proposals stay, so that a provider's name never comes to mean another address.
    static let createProviderProposals = Migration(
        id: "0018-create-provider-proposals",
        sqlite: """
            CREATE TABLE provider_proposal (
                id TEXT NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                address TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'rejected', 'gone', 'refused')),
                checks TEXT NOT NULL,
                latency_us INTEGER,
                first_seen INTEGER NOT NULL,
                last_checked INTEGER NOT NULL,
                decided_by TEXT,
                decided_at INTEGER,
                UNIQUE (kind, address)
            ) STRICT;
            CREATE TABLE provider_discovery (
                id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                started_at INTEGER NOT NULL,
                job BLOB NOT NULL
            ) STRICT;
            """,
        postgres: """
            CREATE TABLE provider_proposal (
                id text COLLATE "C" NOT NULL PRIMARY KEY,
                kind text COLLATE "C" NOT NULL,
                address text COLLATE "C" NOT NULL,
                status text COLLATE "C" NOT NULL
                    CHECK (status IN ('proposed', 'accepted', 'rejected', 'gone', 'refused')),
                checks text COLLATE "C" NOT NULL,
                latency_us bigint,
                first_seen bigint NOT NULL,
                last_checked bigint NOT NULL,
                decided_by text COLLATE "C",
                decided_at bigint,
                UNIQUE (kind, address)
            );
            CREATE TABLE provider_discovery (
                id smallint NOT NULL PRIMARY KEY CHECK (id = 1),
                started_at bigint NOT NULL,
                job uuid NOT NULL
            );
            """
    )
}
