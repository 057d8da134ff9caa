import Store

extension DatabaseCheck {
    /// What must hold, as far as every engine can be asked the same question.
    static let rules = [
        Rule(
            "the event log reaches from its oldest to its newest offset",
            """
            SELECT 'position ' || p.oldest || ' to ' || p.head || ', events '
                || coalesce(cast(e.first AS text), 'none') || ' to ' || coalesce(cast(e.last AS text), 'none')
            FROM log_position p CROSS JOIN (SELECT min(log_offset) AS first, max(log_offset) AS last FROM event_log) e
            WHERE coalesce(e.first, p.head + 1) <> p.oldest OR coalesce(e.last, p.oldest - 1) <> p.head
            """
        ),
        Rule(
            "offsets have no holes",
            """
            SELECT 'after offset ' || e.log_offset FROM event_log e
            WHERE e.log_offset < (SELECT max(log_offset) FROM event_log)
                AND NOT EXISTS (SELECT 1 FROM event_log n WHERE n.log_offset = e.log_offset + 1)
            """
        ),
        Rule(
            "no consumer is ahead of the event log",
            "SELECT consumer || ' at ' || log_offset FROM consumer_cursor WHERE log_offset > (SELECT head FROM log_position)",
            repair: """
                UPDATE consumer_cursor SET log_offset = (SELECT head FROM log_position)
                WHERE log_offset > (SELECT head FROM log_position)
                """
        ),
        Rule(
            "limits count the jobs that run under them",
            """
            SELECT l.queue || '/' || l.limit_key || ': ' || l.running || ' counted, '
                || (SELECT count(*) FROM job j
                    WHERE j.queue = l.queue AND j.limit_key = l.limit_key AND j.state = 'running') || ' running'
            FROM job_limit l WHERE l.running <> (SELECT count(*) FROM job j
                WHERE j.queue = l.queue AND j.limit_key = l.limit_key AND j.state = 'running')
            """,
            repair: """
                UPDATE job_limit SET running = (SELECT count(*) FROM job j
                    WHERE j.queue = job_limit.queue AND j.limit_key = job_limit.limit_key AND j.state = 'running')
                WHERE running <> (SELECT count(*) FROM job j
                    WHERE j.queue = job_limit.queue AND j.limit_key = job_limit.limit_key AND j.state = 'running')
                """
        ),
        Rule(
            "jobs with a limit have that limit",
            """
            SELECT DISTINCT j.queue || '/' || j.limit_key FROM job j
            WHERE j.limit_key IS NOT NULL AND j.finished_at IS NULL AND NOT EXISTS
                (SELECT 1 FROM job_limit l WHERE l.queue = j.queue AND l.limit_key = j.limit_key)
            """
        ),
        Rule(
            "unfinished jobs have their parent",
            SQL(
                sqlite: """
                    SELECT 'job ' || lower(hex(j.id)) FROM job j WHERE j.parent IS NOT NULL AND j.finished_at IS NULL
                        AND NOT EXISTS (SELECT 1 FROM job p WHERE p.id = j.parent)
                    """,
                postgres: """
                    SELECT 'job ' || replace(j.id::text, '-', '') FROM job j
                    WHERE j.parent IS NOT NULL AND j.finished_at IS NULL
                        AND NOT EXISTS (SELECT 1 FROM job p WHERE p.id = j.parent)
                    """
            )
        ),
        Rule(
            "messages have their queue",
            SQL(
                sqlite: """
                    SELECT m.queue || '/' || m.msg_id FROM (
                        SELECT queue, msg_id FROM message UNION ALL SELECT queue, msg_id FROM message_archive) m
                    WHERE NOT EXISTS (SELECT 1 FROM message_queue q WHERE q.name = m.queue)
                    """,
                postgres: """
                    SELECT m.queue || '/' || m.msg_id FROM (
                        SELECT queue, msg_id FROM cmq.message UNION ALL SELECT queue, msg_id FROM cmq.archive) m
                    WHERE NOT EXISTS (SELECT 1 FROM cmq.queue q WHERE q.name = m.queue)
                    """
            )
        ),
        Rule(
            "message ids go on behind the last",
            SQL(
                sqlite: """
                    SELECT q.name || ' would repeat ' || (q.last_msg_id + 1) FROM message_queue q
                    WHERE q.last_msg_id < (SELECT coalesce(max(m.msg_id), 0) FROM (
                        SELECT queue, msg_id FROM message UNION ALL SELECT queue, msg_id FROM message_archive) m
                        WHERE m.queue = q.name)
                    """,
                postgres: """
                    SELECT q.name || ' would repeat ' || (cmq.last_msg_id(q.name) + 1) FROM cmq.queue q
                    WHERE cmq.last_msg_id(q.name) < (SELECT coalesce(max(m.msg_id), 0) FROM (
                        SELECT queue, msg_id FROM cmq.message UNION ALL SELECT queue, msg_id FROM cmq.archive) m
                        WHERE m.queue = q.name)
                    """
            )
        ),
    ]
}
