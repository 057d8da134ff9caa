import Bus
import Store

/// The statements that put jobs into the table and take them out to run.
enum JobSQL {
    static let unfinished = "('scheduled', 'available', 'running', 'retryable')"

    // MARK: Enqueuing

    /// Arguments: id, queue, kind, priority, run_at or null, delay, payload, limit_key, unique_key, attempt_max, parent,
    /// correlation.
    static let insert = SQL(
        sqlite: insertText(runAt: "coalesce(?5, station_now() + ?6)", "?"),
        postgres: insertText(runAt: "coalesce($5::bigint, station_now() + $6::bigint)", "$")
    )

    private static func insertText(runAt: String, _ mark: String) -> String {
        func argument(_ number: Int) -> String { "\(mark)\(number)" }
        return """
            INSERT INTO job (id, queue, kind, state, priority, run_at, payload, limit_key, unique_key, attempt_max,
                parent, correlation, inserted_at)
            VALUES (\(argument(1)), \(argument(2)), \(argument(3)),
                CASE WHEN \(runAt) > station_now() THEN 'scheduled' ELSE 'available' END,
                \(argument(4)), \(runAt), \(argument(7)), \(argument(8)), \(argument(9)), \(argument(10)),
                \(argument(11)), \(argument(12)), station_now())
            ON CONFLICT DO NOTHING RETURNING id
            """
    }

    static func insertArguments(_ id: UUIDv7, _ request: JobRequest) -> [SQLValue] {
        [
            SQLValue(id), .text(request.queue.text), .text(request.kind), SQLValue(request.priority),
            SQLValue(request.runAt), .integer(request.delay.nanoseconds), .text(request.payload),
            SQLValue(request.limit?.key), SQLValue(request.uniqueKey), SQLValue(request.attemptMax),
            SQLValue(request.parent), SQLValue(request.correlation),
        ]
    }

    /// Arguments: id, unique key.
    static let findExisting = SQL(
        sqlite: """
            SELECT id FROM job WHERE id = ?1
            UNION ALL SELECT id FROM job WHERE unique_key = ?2 AND state IN \(unfinished) LIMIT 1
            """,
        postgres: """
            SELECT id FROM job WHERE id = $1
            UNION ALL SELECT id FROM job WHERE unique_key = $2 AND state IN \(unfinished) LIMIT 1
            """
    )

    /// Writes only when something differs, so that enqueuing many jobs of one key does not queue up at its row.
    ///
    /// Arguments: queue, key, running_max, interval, burst.
    static let saveLimit = SQL(
        sqlite: saveLimitText("?1, ?2, ?3, ?4, ?5"),
        postgres: saveLimitText("$1::text, $2::text, $3::integer, $4::bigint, $5::integer")
    )

    private static func saveLimitText(_ values: String) -> String {
        """
        INSERT INTO job_limit (queue, limit_key, running_max, interval_ns, burst)
        SELECT n.* FROM (SELECT \(values)) AS n
        WHERE NOT EXISTS (SELECT 1 FROM job_limit l, (SELECT \(named(values))) AS m
            WHERE l.queue = m.a AND l.limit_key = m.b AND l.running_max = m.c AND l.interval_ns = m.d
            AND l.burst = m.e)
        ON CONFLICT (queue, limit_key) DO UPDATE
        SET running_max = excluded.running_max, interval_ns = excluded.interval_ns, burst = excluded.burst
        """
    }

    private static func named(_ values: String) -> String {
        zip(values.split(separator: ", "), ["a", "b", "c", "d", "e"]).map { "\($0) AS \($1)" }.joined(separator: ", ")
    }

    static func limitArguments(_ queue: QueueName, _ limit: JobLimit) -> [SQLValue] {
        [
            .text(queue.text), .text(limit.key), SQLValue(limit.runningMax), .integer(limit.interval.nanoseconds),
            SQLValue(limit.burst),
        ]
    }

    // MARK: Claiming

    /// The best jobs of those without a limit key.
    ///
    /// Arguments: queue, the most jobs, the lease's length, worker.
    static let claimPlain = SQL(
        sqlite: """
            UPDATE job SET \(claimed("?3", "?4")) WHERE id IN (
                SELECT id FROM job WHERE queue = ?1 AND state = 'available' AND limit_key IS NULL
                AND run_at <= station_now() AND \(notPaused("?1")) ORDER BY priority, run_at, id LIMIT ?2)
            RETURNING \(JobRecord.columns)
            """,
        postgres: """
            WITH c AS MATERIALIZED (
                SELECT id AS claimed FROM job
                WHERE queue = $1 AND state = 'available' AND limit_key IS NULL AND run_at <= station_now()
                AND \(notPaused("$1"))
                ORDER BY priority, run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
            UPDATE job SET \(claimed("$3", "$4")) FROM c WHERE id = c.claimed RETURNING \(JobRecord.columns)
            """
    )

    /// The best jobs of those without a limit key, and one of each key that has room, the key first that has waited
    /// longest.
    ///
    /// In PostgreSQL the keys' rows are locked before their jobs: room is looked at in the newest version of the row,
    /// so that two workers cannot both take the last place. Triggers count the places. The subqueries are materialised,
    /// so that each is run once and no more jobs are claimed than asked for. Arguments: queue, the most jobs, the
    /// lease's length, worker.
    static let claim = SQL(
        sqlite: """
            UPDATE job SET \(claimed("?3", "?4")) WHERE id IN (
                SELECT c.id FROM (
                    SELECT * FROM (SELECT id, priority, run_at FROM job
                        WHERE queue = ?1 AND state = 'available' AND limit_key IS NULL AND run_at <= station_now()
                        ORDER BY priority, run_at, id LIMIT ?2)
                    UNION ALL
                    SELECT j.id, j.priority, j.run_at FROM (
                        SELECT (SELECT b.id FROM job b WHERE b.queue = l.queue AND b.limit_key = l.limit_key
                            AND b.state = 'available' AND b.run_at <= station_now()
                            ORDER BY b.priority, b.run_at, b.id LIMIT 1) AS best
                        FROM job_limit l WHERE l.queue = ?1 AND \(hasRoom) ORDER BY l.turn LIMIT ?2) k
                    JOIN job j ON j.id = k.best) c
                WHERE \(notPaused("?1")) ORDER BY c.priority, c.run_at, c.id LIMIT ?2)
            RETURNING \(JobRecord.columns)
            """,
        postgres: """
            WITH p AS MATERIALIZED (
                SELECT id, priority, run_at FROM job
                WHERE queue = $1 AND state = 'available' AND limit_key IS NULL AND run_at <= station_now()
                AND \(notPaused("$1"))
                ORDER BY priority, run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED),
            k AS MATERIALIZED (
                SELECT l.limit_key AS key FROM job_limit l WHERE l.queue = $1 AND \(notPaused("$1")) AND \(hasRoom)
                ORDER BY l.turn LIMIT $2 FOR UPDATE SKIP LOCKED),
            b AS MATERIALIZED (
                SELECT x.id, x.priority, x.run_at FROM k CROSS JOIN LATERAL (
                    SELECT j.id, j.priority, j.run_at FROM job j
                    WHERE j.queue = $1 AND j.limit_key = k.key AND j.state = 'available'
                    AND j.run_at <= station_now()
                    ORDER BY j.priority, j.run_at, j.id LIMIT 1 FOR UPDATE SKIP LOCKED) x),
            c AS MATERIALIZED (
                SELECT id AS claimed FROM (SELECT * FROM p UNION ALL SELECT * FROM b) AS a
                ORDER BY priority, run_at, id LIMIT $2)
            UPDATE job SET \(claimed("$3", "$4")) FROM c WHERE id = c.claimed RETURNING \(JobRecord.columns)
            """
    )

    private static func claimed(_ lease: String, _ worker: String) -> String {
        """
        state = 'running', attempt = attempt + 1, lease_epoch = lease_epoch + 1,
        lease_until = station_now() + \(lease), worker = \(worker), attempted_at = station_now()
        """
    }

    private static func notPaused(_ queue: String) -> String {
        "NOT EXISTS (SELECT 1 FROM job_queue q WHERE q.name = \(queue) AND q.paused_at IS NOT NULL)"
    }

    /// A place is free, the rate allows a beginning, and there is something to begin.
    ///
    /// The rate is a token bucket kept as one number: the moment at which the bucket would be full again.
    private static let hasRoom = """
        l.running < l.running_max AND l.next_ns - (l.burst - 1) * l.interval_ns <= station_now()
        AND EXISTS (SELECT 1 FROM job w WHERE w.queue = l.queue AND w.limit_key = l.limit_key
            AND w.state = 'available' AND w.run_at <= station_now())
        """

    /// Arguments: the most jobs.
    static let stage = SQL(
        sqlite: """
            UPDATE job SET state = 'available' WHERE id IN (SELECT id FROM job
                WHERE state IN ('scheduled', 'retryable') AND run_at <= station_now() ORDER BY run_at LIMIT ?1)
            RETURNING queue
            """,
        postgres: """
            WITH c AS MATERIALIZED (SELECT id AS due FROM job
                WHERE state IN ('scheduled', 'retryable') AND run_at <= station_now()
                ORDER BY run_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            UPDATE job SET state = 'available' FROM c WHERE id = c.due RETURNING queue
            """
    )

    /// How many nanoseconds from now something becomes due: a job's time, or the next token of a rate.
    ///
    /// Arguments: for how long a token that came is still worth telling of.
    static let nextDue: SQL = """
        SELECT min(due) - station_now() FROM (
            SELECT min(run_at) AS due FROM job WHERE state IN ('scheduled', 'retryable')
            UNION ALL
            SELECT min(l.next_ns - (l.burst - 1) * l.interval_ns) FROM job_limit l
            WHERE l.interval_ns > 0 AND l.next_ns - (l.burst - 1) * l.interval_ns > station_now() - ?1
            AND l.running < l.running_max AND EXISTS (SELECT 1 FROM job w WHERE w.queue = l.queue
                AND w.limit_key = l.limit_key AND w.state = 'available')
        ) AS d
        """

    /// The queues in which a rate that held jobs back allows another.
    static let readyRates: SQL = """
        SELECT DISTINCT l.queue FROM job_limit l
        WHERE l.interval_ns > 0 AND l.next_ns - (l.burst - 1) * l.interval_ns <= station_now()
        AND l.running < l.running_max AND EXISTS (SELECT 1 FROM job w WHERE w.queue = l.queue
            AND w.limit_key = l.limit_key AND w.state = 'available')
        """
}

extension Duration {
    /// Whole nanoseconds; the longest a 64-bit number holds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000
    }
}
