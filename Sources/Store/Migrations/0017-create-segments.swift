extension Migration {
    /// What hosts say: the running order, and the transcript of what was heard.
    ///
    /// `spoken` is the event's payload; `words` are its words in small letters with one space before, between and behind
    /// them, for the search.
    static let createSegments = Migration(
        id: "0017-create-segments",
        sqlite: """
            CREATE TABLE segment (
                id BLOB NOT NULL PRIMARY KEY,
                position INTEGER NOT NULL UNIQUE,
                spoken TEXT NOT NULL,
                words TEXT NOT NULL,
                written_at INTEGER NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('written', 'queued', 'airing', 'aired', 'skipped', 'failed')),
                reason TEXT,
                voice TEXT,
                duration_ms INTEGER,
                started_at INTEGER,
                ended_at INTEGER
            ) STRICT;
            CREATE INDEX segment_open ON segment (position) WHERE state IN ('written', 'queued', 'airing');
            CREATE INDEX segment_written ON segment (written_at, id);
            """,
        postgres: """
            CREATE TABLE segment (
                id uuid NOT NULL PRIMARY KEY,
                position bigint NOT NULL UNIQUE,
                spoken text COLLATE "C" NOT NULL,
                words text COLLATE "C" NOT NULL,
                written_at bigint NOT NULL,
                state text COLLATE "C" NOT NULL
                    CHECK (state IN ('written', 'queued', 'airing', 'aired', 'skipped', 'failed')),
                reason text COLLATE "C",
                voice text COLLATE "C",
                duration_ms bigint,
                started_at bigint,
                ended_at bigint
            );
            CREATE INDEX segment_open ON segment (position) WHERE state IN ('written', 'queued', 'airing');
            CREATE INDEX segment_written ON segment (written_at, id);
            """
    )
}
