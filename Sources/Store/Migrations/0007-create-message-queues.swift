extension Migration {
    /// Message queues that outside programs share with the station.
    ///
    /// On PostgreSQL they are functions in the schema `cmq`, with the names, arguments and answers of pgmq 1.5: a client
    /// of pgmq works once its schema name is changed. The name `pgmq` itself stays free, because `CREATE EXTENSION pgmq`
    /// fails in a database where somebody else has taken it.
    ///
    /// One table serves all queues, and not one for each as in pgmq: no statement is put together from a name, and
    /// backups and moves know their tables beforehand. Each queue has its own sequence, so that ids count from 1 in
    /// every queue and the largest says how many were ever sent. A message's order is by the moment it became visible, then
    /// by id: an index gives that order without sorting, however long the backlog and however many are hidden.
    ///
    /// What PostgreSQL knows of a queue's contents is older than the contents, and a plan made for an empty queue reads all
    /// of a full one (300 ms a message out of 800 000, instead of 0.2 ms). So it keeps no statistics of these columns, and
    /// judges by the table's size of the moment.
    ///
    /// Times are nanoseconds since 1970, as everywhere; the functions answer `timestamptz`. Archived messages with the
    /// header `dead_letter_reason` are those that were given up. The bodies of `ingest_indicators`, `compute_signals` and
    /// `compute_winrate` are JSON objects.
    static let createMessageQueues = Migration(
        id: "0007-create-message-queues",
        sqlite: sqliteMessageQueues,
        postgres: postgresMessageTables + postgresMessageFunctions
    )

    private static let sqliteMessageQueues = """
        CREATE TABLE message_queue (
            name TEXT PRIMARY KEY CHECK (length(CAST(name AS BLOB)) <= 47
                AND name GLOB '[a-z]*' AND name NOT GLOB '*[^-a-z0-9_]*'),
            created_at INTEGER NOT NULL,
            last_msg_id INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE message (
            queue TEXT NOT NULL REFERENCES message_queue (name) ON DELETE CASCADE,
            msg_id INTEGER NOT NULL,
            read_ct INTEGER NOT NULL DEFAULT 0,
            enqueued_at INTEGER NOT NULL,
            vt INTEGER NOT NULL,
            body TEXT NOT NULL CHECK (json_valid(body) AND length(CAST(body AS BLOB)) <= 2097152),
            headers TEXT CHECK (headers IS NULL OR json_valid(headers)),
            PRIMARY KEY (queue, msg_id)
        ) STRICT;
        CREATE INDEX message_visible ON message (queue, vt, msg_id);
        CREATE TRIGGER message_takes_id AFTER INSERT ON message
        BEGIN
            UPDATE message_queue SET last_msg_id = max(last_msg_id, NEW.msg_id) WHERE name = NEW.queue;
        END;
        CREATE TABLE message_archive (
            queue TEXT NOT NULL REFERENCES message_queue (name) ON DELETE CASCADE,
            msg_id INTEGER NOT NULL,
            read_ct INTEGER NOT NULL,
            enqueued_at INTEGER NOT NULL,
            archived_at INTEGER NOT NULL,
            vt INTEGER NOT NULL,
            body TEXT NOT NULL CHECK (json_valid(body)),
            headers TEXT CHECK (headers IS NULL OR json_valid(headers)),
            PRIMARY KEY (queue, msg_id)
        ) STRICT;
        CREATE INDEX message_archived ON message_archive (archived_at);
        CREATE INDEX message_dead ON message_archive (queue, msg_id)
            WHERE json_extract(headers, '$.dead_letter_reason') IS NOT NULL;
        INSERT INTO message_queue (name, created_at) VALUES
            ('ingest_indicators', station_now()), ('compute_signals', station_now()), ('compute_winrate', station_now());
        """

    private static let postgresMessageTables = """
        CREATE SCHEMA cmq;
        CREATE TABLE cmq.queue (
            name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z][-a-z0-9_]{0,46}$'),
            created_at bigint NOT NULL
        );
        CREATE TABLE cmq.message (
            queue text COLLATE "C" NOT NULL,
            msg_id bigint NOT NULL,
            read_ct integer NOT NULL DEFAULT 0,
            enqueued_at bigint NOT NULL,
            vt bigint NOT NULL,
            body jsonb NOT NULL CHECK (octet_length(body::text) <= 2097152),
            headers jsonb,
            PRIMARY KEY (queue, msg_id)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
        CREATE INDEX message_visible ON cmq.message (queue, vt, msg_id);
        ALTER TABLE cmq.message ALTER queue SET STATISTICS 0, ALTER msg_id SET STATISTICS 0, ALTER vt SET STATISTICS 0;
        CREATE TABLE cmq.archive (
            queue text COLLATE "C" NOT NULL,
            msg_id bigint NOT NULL,
            read_ct integer NOT NULL,
            enqueued_at bigint NOT NULL,
            archived_at bigint NOT NULL,
            vt bigint NOT NULL,
            body jsonb NOT NULL,
            headers jsonb,
            PRIMARY KEY (queue, msg_id)
        );
        CREATE INDEX message_archived ON cmq.archive (archived_at);
        CREATE INDEX message_dead ON cmq.archive (queue, msg_id) WHERE (headers ->> 'dead_letter_reason') IS NOT NULL;
        CREATE TYPE cmq.message_record AS (
            msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb
        );
        CREATE TYPE cmq.queue_record AS (
            queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz
        );
        CREATE TYPE cmq.metrics_result AS (
            queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer,
            total_messages bigint, scrape_time timestamptz, queue_visible_length bigint
        );

        """
}
