import Store

/// The statements by which jobs leave `running`, and those by which operators move them.
///
/// What a worker writes is fenced: it names the lease's epoch, and no row means that the lease was lost.
enum JobEndingSQL {
    /// How many failures a job remembers.
    private static let errorsKept = 20

    private static let released = "worker = NULL, lease_until = NULL"

    // MARK: By the worker

    /// Arguments: id, epoch, result.
    static let complete: SQL = """
        UPDATE job SET state = 'completed', finished_at = station_now(), worker = NULL, lease_until = NULL,
            result = ?3
        WHERE id = ?1 AND state = 'running' AND lease_epoch = ?2 RETURNING id
        """

    /// Arguments: arrays of ids, epochs and results; PostgreSQL only.
    static let completeMany = SQL(
        sqlite: "",
        postgres: """
            UPDATE job SET state = 'completed', finished_at = station_now(), \(released), result = d.result
            FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS d (id, epoch, result)
            WHERE job.id = d.id AND job.state = 'running' AND job.lease_epoch = d.epoch RETURNING job.id
            """
    )

    /// Arguments: id, epoch, 1 when it is permanent, attempts given back, delay, message.
    static let fail = SQL(
        sqlite: failText(isPermanent: "?3", giveBack: "?4", delay: "?5", message: "?6", errors: sqliteErrors("?6"))
            + " WHERE id = ?1 AND state = 'running' AND lease_epoch = ?2 RETURNING state, kind, queue, attempt",
        postgres: failText(
            isPermanent: "$3::integer",
            giveBack: "$4::integer",
            delay: "$5::bigint",
            message: "$6::text",
            errors: postgresErrors("$6::text")
        ) + " WHERE id = $1 AND state = 'running' AND lease_epoch = $2 RETURNING state, kind, queue, attempt"
    )

    private static func failText(
        isPermanent: String,
        giveBack: String,
        delay: String,
        message: String,
        errors: String
    ) -> String {
        let isOver = "(\(isPermanent) = 1 OR (attempt >= attempt_max AND \(giveBack) = 0))"
        return """
            UPDATE job SET
                state = CASE WHEN cancel_requested = 1 THEN 'cancelled' WHEN \(isOver) THEN 'discarded'
                    ELSE 'retryable' END,
                finished_at = CASE WHEN cancel_requested = 1 OR \(isOver) THEN station_now() ELSE NULL END,
                attempt = attempt - \(giveBack), run_at = station_now() + \(delay), \(released), errors = \(errors)
            """
    }

    private static func sqliteErrors(_ message: String) -> String {
        """
        json_insert(CASE WHEN json_array_length(errors) >= \(errorsKept) THEN json_remove(errors, '$[0]') ELSE errors END,
            '$[#]', json_object('at', station_now(), 'attempt', attempt, 'message', \(message)))
        """
    }

    private static func postgresErrors(_ message: String) -> String {
        """
        (CASE WHEN jsonb_array_length(errors) >= \(errorsKept) THEN errors - 0 ELSE errors END)
            || jsonb_build_object('at', station_now(), 'attempt', attempt, 'message', \(message))
        """
    }

    /// Arguments: id, epoch, the nudges that it knew of, when to wake up or null.
    static let snooze = SQL(
        sqlite: snoozeText("?") + " WHERE id = ?1 AND state = 'running' AND lease_epoch = ?2 RETURNING state",
        postgres: snoozeText("$") + " WHERE id = $1 AND state = 'running' AND lease_epoch = $2 RETURNING state"
    )

    private static func snoozeText(_ mark: String) -> String {
        let isAwake = "(cancel_requested = 1 OR nudges > \(mark)3)"
        let until = mark == "$" ? "$4::bigint" : "?4"
        return """
            UPDATE job SET state = CASE WHEN \(isAwake) THEN 'available' ELSE 'scheduled' END,
                run_at = CASE WHEN \(isAwake) THEN station_now() ELSE coalesce(\(until), \(Int64.max)) END,
                attempt = attempt - 1, \(released)
            """
    }

    /// Arguments: id, epoch.
    static let cancelRunning: SQL = """
        UPDATE job SET state = 'cancelled', finished_at = station_now(), worker = NULL, lease_until = NULL
        WHERE id = ?1 AND state = 'running' AND lease_epoch = ?2 RETURNING id
        """

    /// Arguments: id, epoch.
    static let handBack: SQL = """
        UPDATE job SET state = 'available', attempt = attempt - 1, worker = NULL, lease_until = NULL
        WHERE id = ?1 AND state = 'running' AND lease_epoch = ?2 RETURNING queue
        """

    /// Extends all leases of one worker, and says which it still has.
    ///
    /// Arguments: worker, the lease's length.
    static let heartbeat = SQL(
        sqlite: """
            UPDATE job SET lease_until = station_now() + ?2 WHERE state = 'running' AND worker = ?1
            RETURNING id, lease_epoch, cancel_requested
            """,
        postgres: """
            UPDATE job SET lease_until = station_now() + $2::bigint WHERE state = 'running' AND worker = $1
            RETURNING id, lease_epoch, cancel_requested
            """
    )

    // MARK: By the keeper

    static let leaseExpired = "the lease expired: the worker stopped answering"

    /// Takes back what workers that stopped answering had.
    ///
    /// Arguments: the most jobs, then those of the lease.
    static let rescue = rescue(
        which: SQL(
            sqlite: "lease_until < station_now() AND \(Lease.isHeld(at: 2).sqlite)",
            postgres: "lease_until < station_now() AND \(Lease.isHeld(at: 2).postgres)"
        )
    )

    /// Takes back what nobody has taken back although the lease ran out some time ago.
    ///
    /// Arguments: the most jobs, how long ago.
    static let rescueLeft = rescue(
        which: SQL(
            sqlite: "lease_until < station_now() - ?2",
            postgres: "lease_until < station_now() - $2::bigint"
        )
    )

    /// How many jobs that would be.
    ///
    /// Arguments: how long ago.
    static let countLeft = SQL(
        sqlite: "SELECT count(*) FROM job WHERE state = 'running' AND lease_until < station_now() - ?1",
        postgres: "SELECT count(*) FROM job WHERE state = 'running' AND lease_until < station_now() - $1::bigint"
    )

    private static func rescue(which: SQL) -> SQL {
        SQL(
            sqlite: rescueText(errors: sqliteErrors("'\(leaseExpired)'")) + """
                 WHERE id IN (SELECT id FROM job WHERE state = 'running' AND \(which.sqlite)
                    ORDER BY lease_until LIMIT ?1)
                RETURNING id, state, kind, queue, attempt
                """,
            postgres: """
                WITH c AS MATERIALIZED (SELECT id AS late FROM job WHERE state = 'running' AND \(which.postgres)
                    ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED)
                \(rescueText(errors: postgresErrors("'\(leaseExpired)'::text"))) FROM c WHERE id = c.late
                RETURNING id, state, kind, queue, attempt
                """
        )
    }

    /// Takes back everything that runs: right after this process got the database to itself.
    static let rescueAll = SQL(
        sqlite: rescueText(errors: sqliteErrors("'\(leaseExpired)'"))
            + " WHERE state = 'running' RETURNING id, state, kind, queue, attempt",
        postgres: ""
    )

    private static func rescueText(errors: String) -> String {
        """
        UPDATE job SET
            state = CASE WHEN cancel_requested = 1 THEN 'cancelled' WHEN attempt >= attempt_max THEN 'discarded'
                ELSE 'available' END,
            finished_at = CASE WHEN cancel_requested = 1 OR attempt >= attempt_max THEN station_now() ELSE NULL END,
            \(released), errors = \(errors)
        """
    }

    /// Arguments: completed ones older than this go, failed ones older than that, the most jobs, then the lease's.
    static let prune = SQL(
        sqlite: pruneText("?", Lease.isHeld(at: 4).sqlite),
        postgres: pruneText("$", Lease.isHeld(at: 4).postgres)
    )

    private static func pruneText(_ mark: String, _ isHeld: String) -> String {
        """
        DELETE FROM job WHERE id IN (SELECT id FROM job WHERE finished_at IS NOT NULL
            AND ((state = 'completed' AND finished_at < station_now() - \(mark)1)
                OR (state <> 'completed' AND finished_at < station_now() - \(mark)2)) AND \(isHeld)
            ORDER BY finished_at LIMIT \(mark)3) RETURNING 1
        """
    }

    /// Forgets the keys that nobody uses.
    ///
    /// Arguments: those not served for so long.
    static let pruneLimits: SQL = """
        DELETE FROM job_limit WHERE running = 0 AND turn < station_now() - ?1 AND next_ns < station_now()
        AND NOT EXISTS (SELECT 1 FROM job WHERE job.queue = job_limit.queue AND job.limit_key = job_limit.limit_key
            AND job.state IN ('scheduled', 'available', 'running', 'retryable'))
        """

    /// A job was enqueued just as its key was forgotten: it gets the key back, one at a time.
    static let restoreLimits: SQL = """
        INSERT INTO job_limit (queue, limit_key, running_max)
        SELECT DISTINCT queue, limit_key, 1 FROM job WHERE state = 'available' AND limit_key IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM job_limit l WHERE l.queue = job.queue AND l.limit_key = job.limit_key)
        ON CONFLICT DO NOTHING
        """

    // MARK: By operators

    /// Arguments: id.
    static let cancel: SQL = """
        UPDATE job SET cancel_requested = 1,
            state = CASE WHEN state = 'running' THEN state ELSE 'cancelled' END,
            finished_at = CASE WHEN state = 'running' THEN NULL ELSE station_now() END
        WHERE id = ?1 AND state IN ('scheduled', 'available', 'running', 'retryable') RETURNING state
        """

    /// Starts over, with all its attempts.
    ///
    /// Arguments: id.
    static let retry: SQL = """
        UPDATE job SET state = 'available', attempt = 0, run_at = station_now(), finished_at = NULL,
            cancel_requested = 0
        WHERE id = ?1 AND state IN ('scheduled', 'retryable', 'discarded', 'cancelled') RETURNING queue
        """

    /// Arguments: queue, the most jobs.
    static let requeueDiscarded: SQL = """
        UPDATE job SET state = 'available', attempt = 0, run_at = station_now(), finished_at = NULL,
            cancel_requested = 0
        WHERE id IN (SELECT j.id FROM job j WHERE j.state = 'discarded' AND j.queue = ?1
            AND (j.unique_key IS NULL OR NOT EXISTS (SELECT 1 FROM job u WHERE u.unique_key = j.unique_key
                AND (u.state IN ('scheduled', 'available', 'running', 'retryable')
                    OR (u.state = 'discarded' AND u.id > j.id))))
            ORDER BY j.finished_at LIMIT ?2)
        RETURNING id
        """

    /// Arguments: queue, who.
    static let pauseQueue: SQL = """
        INSERT INTO job_queue (name, paused_at, paused_by) VALUES (?1, station_now(), ?2)
        ON CONFLICT (name) DO UPDATE SET paused_at = coalesce(job_queue.paused_at, excluded.paused_at),
            paused_by = excluded.paused_by
        """

    /// Arguments: queue.
    static let resumeQueue: SQL = "UPDATE job_queue SET paused_at = NULL, paused_by = NULL WHERE name = ?1"
}
