extension Migration {
    /// The log itself, its position, and the places of its consumers.
    ///
    /// The position has a table of its own so that opening a long log reads one row, and so that offsets go on where
    /// they were when everything has been removed. Times are nanoseconds since 1970 in UTC. `correlation` is empty
    /// where an event starts its chain.
    static let createEventLog = Migration(
        id: "0001-create-event-log",
        sqlite: """
            CREATE TABLE event_log (
                log_offset INTEGER PRIMARY KEY,
                id BLOB NOT NULL,
                time INTEGER NOT NULL,
                epoch BLOB NOT NULL,
                seq INTEGER NOT NULL,
                topic TEXT NOT NULL,
                subject TEXT,
                source TEXT NOT NULL,
                origin TEXT,
                version INTEGER NOT NULL,
                cause BLOB,
                correlation BLOB,
                payload TEXT NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX event_log_id ON event_log (id);
            CREATE INDEX event_log_time ON event_log (time);
            CREATE INDEX event_log_correlation ON event_log (correlation) WHERE correlation IS NOT NULL;
            CREATE TABLE log_position (
                singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
                head INTEGER NOT NULL,
                oldest INTEGER NOT NULL,
                size_bytes INTEGER NOT NULL,
                CHECK (oldest BETWEEN 1 AND head + 1)
            ) STRICT;
            INSERT INTO log_position VALUES (1, 0, 1, 0);
            CREATE TABLE consumer_cursor (
                consumer TEXT PRIMARY KEY,
                log_offset INTEGER NOT NULL,
                updated_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """,
        postgres: """
            CREATE TABLE event_log (
                log_offset bigint PRIMARY KEY,
                id uuid NOT NULL,
                time bigint NOT NULL,
                epoch uuid NOT NULL,
                seq bigint NOT NULL,
                topic text COLLATE "C" NOT NULL,
                subject text COLLATE "C",
                source text NOT NULL,
                origin text,
                version integer NOT NULL,
                cause uuid,
                correlation uuid,
                payload json NOT NULL
            );
            CREATE UNIQUE INDEX event_log_id ON event_log (id);
            CREATE INDEX event_log_time ON event_log (time);
            CREATE INDEX event_log_correlation ON event_log (correlation) WHERE correlation IS NOT NULL;
            CREATE TABLE log_position (
                singleton integer PRIMARY KEY CHECK (singleton = 1),
                head bigint NOT NULL,
                oldest bigint NOT NULL,
                size_bytes bigint NOT NULL,
                CHECK (oldest BETWEEN 1 AND head + 1)
            );
            INSERT INTO log_position VALUES (1, 0, 1, 0);
            CREATE TABLE consumer_cursor (
                consumer text PRIMARY KEY,
                log_offset bigint NOT NULL,
                updated_at bigint NOT NULL
            );
            """
    )
}
