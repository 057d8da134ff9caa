import Store

/// The statements of message queues; on PostgreSQL they call the functions that outside programs call.
enum MessageStatements {
    static let create = SQL(
        sqlite: "INSERT INTO message_queue (name, created_at) VALUES (?1, station_now()) ON CONFLICT DO NOTHING",
        postgres: "SELECT 1 FROM cmq.create($1)"
    )
    static let drop = SQL(
        sqlite: "DELETE FROM message_queue WHERE name = ?1 RETURNING 1",
        postgres: "SELECT 1 WHERE cmq.drop_queue($1)"
    )
    static let exists = SQL(
        sqlite: "SELECT 1 FROM message_queue WHERE name = ?1",
        postgres: "SELECT 1 FROM cmq.queue WHERE name = $1"
    )
    static let list = SQL(
        sqlite: "SELECT name FROM message_queue ORDER BY name",
        postgres: "SELECT queue_name::text FROM cmq.list_queues()"
    )
    /// Queue, body, headers, delay in seconds.
    static let send = SQL(
        sqlite: """
            INSERT INTO message (queue, msg_id, enqueued_at, vt, body, headers)
            SELECT name, last_msg_id + 1, station_now(), station_now() + ?4 * 1000000000, ?2, ?3
            FROM message_queue WHERE name = ?1 RETURNING msg_id
            """,
        postgres: "SELECT * FROM cmq.send($1, $2::jsonb, $3::jsonb, $4::integer)"
    )
    /// Queue, array of bodies, array of headers, delay in seconds.
    static let sendBatch = """
        SELECT * FROM cmq.send_batch($1, ARRAY(SELECT jsonb_array_elements($2::jsonb)),
            ARRAY(SELECT nullif(each, 'null') FROM jsonb_array_elements($3::jsonb) AS each), $4::integer)
        """
    /// Queue, seconds hidden, how many.
    static let read = SQL(
        sqlite: """
            UPDATE message SET vt = station_now() + ?2 * 1000000000, read_ct = read_ct + 1
            WHERE queue = ?1 AND msg_id IN (
                SELECT msg_id FROM message WHERE queue = ?1 AND vt <= station_now() ORDER BY vt, msg_id LIMIT ?3)
            RETURNING msg_id, read_ct, enqueued_at, vt, body, headers
            """,
        postgres: """
            SELECT msg_id, read_ct, cmq.ns(enqueued_at), cmq.ns(vt), message, headers
            FROM cmq.read($1, $2::integer, $3::integer)
            """
    )
    /// Queue, how many.
    static let pop = SQL(
        sqlite: """
            DELETE FROM message WHERE queue = ?1 AND msg_id IN (
                SELECT msg_id FROM message WHERE queue = ?1 AND vt <= station_now() ORDER BY vt, msg_id LIMIT ?2)
            RETURNING msg_id, read_ct, enqueued_at, vt, body, headers
            """,
        postgres: """
            SELECT msg_id, read_ct, cmq.ns(enqueued_at), cmq.ns(vt), message, headers FROM cmq.pop($1, $2::integer)
            """
    )
    /// Queue, id, seconds from now.
    static let setVisibility = SQL(
        sqlite: """
            UPDATE message SET vt = station_now() + ?3 * 1000000000 WHERE queue = ?1 AND msg_id = ?2
            RETURNING msg_id, read_ct, enqueued_at, vt, body, headers
            """,
        postgres: """
            SELECT msg_id, read_ct, cmq.ns(enqueued_at), cmq.ns(vt), message, headers
            FROM cmq.set_vt($1, $2::bigint, $3::integer)
            """
    )
    /// Queue, array of ids.
    static let delete = SQL(
        sqlite: "DELETE FROM message WHERE queue = ?1 AND msg_id IN (SELECT value FROM json_each(?2)) RETURNING msg_id",
        postgres: "SELECT * FROM cmq.delete($1, ARRAY(SELECT jsonb_array_elements_text($2::jsonb)::bigint))"
    )
    static let archive = "SELECT * FROM cmq.archive($1, ARRAY(SELECT jsonb_array_elements_text($2::jsonb)::bigint))"
    static let archiveCopy = """
        INSERT INTO message_archive (queue, msg_id, read_ct, enqueued_at, archived_at, vt, body, headers)
        SELECT queue, msg_id, read_ct, enqueued_at, station_now(), vt, body, headers FROM message
        WHERE queue = ?1 AND msg_id IN (SELECT value FROM json_each(?2)) RETURNING msg_id
        """
    static let purge = SQL(
        sqlite: "DELETE FROM message WHERE queue = ?1",
        postgres: "SELECT cmq.purge_queue($1)"
    )
    static let metrics = SQL(
        sqlite: """
            SELECT q.name, count(m.msg_id), coalesce(sum(m.vt <= station_now()), 0),
                (station_now() - max(m.enqueued_at)) / 1000000000, (station_now() - min(m.enqueued_at)) / 1000000000,
                q.last_msg_id
            FROM message_queue q LEFT JOIN message m ON m.queue = q.name
            WHERE ?1 IS NULL OR q.name = ?1 GROUP BY q.name ORDER BY q.name
            """,
        postgres: """
            SELECT m.queue_name, m.queue_length, m.queue_visible_length, m.newest_msg_age_sec, m.oldest_msg_age_sec,
                m.total_messages
            FROM cmq.queue q CROSS JOIN LATERAL cmq.metrics(q.name) m
            WHERE $1::text IS NULL OR q.name = $1 ORDER BY q.name
            """
    )

    // MARK: By the one who has read it

    /// Queue, id, read count; nothing happens to a message that somebody else has read since.
    static let finish = SQL(
        sqlite: "DELETE FROM message WHERE queue = ?1 AND msg_id = ?2 AND read_ct = ?3 RETURNING msg_id",
        postgres: """
            DELETE FROM cmq.message WHERE queue = $1 AND msg_id = $2::bigint AND read_ct = $3::integer RETURNING msg_id
            """
    )
    /// Queue, id, read count, seconds from now, reads taken back.
    static let keep = SQL(
        sqlite: """
            UPDATE message SET vt = station_now() + ?4 * 1000000000, read_ct = read_ct - ?5
            WHERE queue = ?1 AND msg_id = ?2 AND read_ct = ?3 RETURNING msg_id
            """,
        postgres: """
            UPDATE cmq.message SET vt = cmq.ns(clock_timestamp()) + $4::bigint * 1000000000,
                read_ct = read_ct - $5::integer
            WHERE queue = $1 AND msg_id = $2::bigint AND read_ct = $3::integer RETURNING msg_id
            """
    )
    /// Queue, id, read count, reason; `finish` follows, in the same transaction.
    static let bury = SQL(
        sqlite: """
            INSERT INTO message_archive (queue, msg_id, read_ct, enqueued_at, archived_at, vt, body, headers)
            SELECT queue, msg_id, read_ct, enqueued_at, station_now(), vt, body,
                json_set(coalesce(headers, '{}'), '$.dead_letter_reason', ?4)
            FROM message WHERE queue = ?1 AND msg_id = ?2 AND read_ct = ?3
            """,
        postgres: """
            INSERT INTO cmq.archive (queue, msg_id, read_ct, enqueued_at, archived_at, vt, body, headers)
            SELECT queue, msg_id, read_ct, enqueued_at, cmq.ns(clock_timestamp()), vt, body,
                CASE WHEN jsonb_typeof(headers) = 'object' THEN headers ELSE '{}' END
                    || jsonb_build_object('dead_letter_reason', $4::text)
            FROM cmq.message WHERE queue = $1 AND msg_id = $2::bigint AND read_ct = $3::integer FOR UPDATE
            """
    )

    // MARK: Dead letters

    /// Queue, after which id, how many.
    static let deadLetters = SQL(
        sqlite: """
            SELECT msg_id, read_ct, enqueued_at, archived_at, body, json_extract(headers, '$.dead_letter_reason')
            FROM message_archive WHERE queue = ?1 AND msg_id > ?2
                AND json_extract(headers, '$.dead_letter_reason') IS NOT NULL
            ORDER BY msg_id LIMIT ?3
            """,
        postgres: """
            SELECT msg_id, read_ct, enqueued_at, archived_at, body, headers ->> 'dead_letter_reason'
            FROM cmq.archive WHERE queue = $1 AND msg_id > $2::bigint
                AND (headers ->> 'dead_letter_reason') IS NOT NULL
            ORDER BY msg_id LIMIT $3::integer
            """
    )
    /// Queue, array of ids; `forgetArchived` follows, in the same transaction.
    static let revive = SQL(
        sqlite: """
            INSERT INTO message (queue, msg_id, read_ct, enqueued_at, vt, body, headers)
            SELECT queue, msg_id, 0, enqueued_at, station_now(), body,
                nullif(json_remove(headers, '$.dead_letter_reason'), '{}')
            FROM message_archive WHERE queue = ?1 AND msg_id IN (SELECT value FROM json_each(?2))
                AND json_extract(headers, '$.dead_letter_reason') IS NOT NULL
            RETURNING msg_id
            """,
        postgres: """
            INSERT INTO cmq.message (queue, msg_id, read_ct, enqueued_at, vt, body, headers)
            SELECT queue, msg_id, 0, enqueued_at, cmq.ns(clock_timestamp()), body,
                nullif(headers - 'dead_letter_reason', '{}')
            FROM cmq.archive WHERE queue = $1
                AND msg_id = ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb)::bigint))
                AND (headers ->> 'dead_letter_reason') IS NOT NULL
            FOR UPDATE
            RETURNING msg_id
            """
    )
    static let forgetArchived = SQL(
        sqlite: "DELETE FROM message_archive WHERE queue = ?1 AND msg_id IN (SELECT value FROM json_each(?2))",
        postgres: """
            DELETE FROM cmq.archive WHERE queue = $1
                AND msg_id = ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb)::bigint))
            """
    )
}
