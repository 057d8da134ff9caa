import Store

/// The statements by which runs are spoken to and looked at.
enum ClientSQL {
    /// A run and those that it went on as, oldest first. Argument 1: the run.
    private static let chain = """
        WITH RECURSIVE chain (id, place) AS (
            SELECT id, 0 FROM job WHERE id = ?1
            UNION ALL
            SELECT workflow_run.continued_as, chain.place + 1 FROM workflow_run JOIN chain
                ON workflow_run.id = chain.id
            WHERE workflow_run.continued_as IS NOT NULL
        )
        """
    /// A run with its children and theirs, as far as they have not ended. Argument 1: the run.
    private static let tree = """
        WITH RECURSIVE tree (id) AS (
            SELECT id FROM job WHERE id = ?1
            UNION
            SELECT job.id FROM job JOIN tree ON job.parent = tree.id WHERE job.finished_at IS NULL
        )
        """

    static let newest = SQL(stringLiteral: "\(chain) SELECT id FROM chain ORDER BY place DESC LIMIT 1")
    static let hold = SQL(
        sqlite: "SELECT kind, queue, state FROM job WHERE id = ?1",
        postgres: "SELECT kind, queue, state FROM job WHERE id = $1 FOR UPDATE"
    )
    static let runState: SQL = "SELECT state, continued_as FROM workflow_run WHERE id = ?1"

    /// Wakes a run that has begun; one that has not will see everything when it does.
    static let nudge: SQL = """
        UPDATE job SET nudges = nudges + 1,
            run_at = CASE WHEN state = 'scheduled' AND run_at > station_now() THEN station_now() ELSE run_at END,
            state = CASE WHEN state = 'scheduled' THEN 'available' ELSE state END
        WHERE id = ?1 AND finished_at IS NULL AND EXISTS (SELECT 1 FROM workflow_run WHERE workflow_run.id = job.id)
        """

    // MARK: Signals

    static let findMessage = SQL(
        stringLiteral: """
            \(chain)
            SELECT 1 FROM workflow_signal JOIN chain ON chain.id = workflow_signal.run
            WHERE workflow_signal.message_id = ?2
            """
    )
    static let insertSignal: SQL = """
        INSERT INTO workflow_signal (run, name, message_id, payload, received_at)
        VALUES (?1, ?2, ?3, ?4, station_now())
        """

    // MARK: Cancelling

    /// The version is filled in by the beginning.
    static let markBeginning: SQL = """
        INSERT INTO workflow_run (id, name, version, state, started_at)
        SELECT id, kind, 0, 'running', station_now() FROM job WHERE id = ?1
        ON CONFLICT (id) DO NOTHING
        """
    static let cancelRuns = SQL(
        stringLiteral: """
            \(tree)
            UPDATE workflow_run SET cancel_requested_at = station_now(), cancelled_by = ?2
            WHERE id IN (SELECT id FROM tree) AND finished_at IS NULL AND cancel_requested_at IS NULL
            """
    )
    static let wakeRuns = SQL(
        stringLiteral: """
            \(tree)
            UPDATE job SET nudges = nudges + 1,
                run_at = CASE WHEN state <> 'running' AND run_at > station_now() THEN station_now() ELSE run_at END,
                state = CASE WHEN state IN ('scheduled', 'retryable') THEN 'available' ELSE state END
            WHERE id IN (SELECT id FROM tree) AND finished_at IS NULL
                AND EXISTS (SELECT 1 FROM workflow_run WHERE workflow_run.id = job.id)
            """
    )
    /// Those that are no runs, or have not begun.
    static let cancelJobs = SQL(
        stringLiteral: """
            \(tree)
            UPDATE job SET cancel_requested = 1,
                state = CASE WHEN state = 'running' THEN state ELSE 'cancelled' END,
                finished_at = CASE WHEN state = 'running' THEN NULL ELSE station_now() END
            WHERE id IN (SELECT id FROM tree) AND finished_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM workflow_run WHERE workflow_run.id = job.id)
            """
    )

    // MARK: Deciding

    static let newestRequest: SQL = """
        SELECT step, round, content_hash, decision, decided_by,
            CASE WHEN deadline <= station_now() THEN 1 ELSE 0 END
        FROM approval WHERE run = ?1 AND subject = ?2 ORDER BY step DESC, round DESC LIMIT 1
        """
    /// One decision, in time, about what was shown, or none.
    static let decide: SQL = """
        UPDATE approval SET decision = ?4, decided_by = ?5, note = ?6, decided_at = station_now()
        WHERE run = ?1 AND step = ?2 AND round = ?3 AND content_hash = ?7 AND decision IS NULL
            AND (deadline IS NULL OR deadline > station_now())
        """

    // MARK: Looking

    static let state = SQL(
        stringLiteral: """
            \(chain)
            SELECT job.id, job.state, workflow_run.state, coalesce(workflow_run.output, job.result),
                workflow_run.error
            FROM chain JOIN job ON job.id = chain.id LEFT JOIN workflow_run ON workflow_run.id = job.id
            ORDER BY chain.place DESC LIMIT 1
            """
    )
    static let summaryColumns = """
        workflow_run.id, workflow_run.name, workflow_run.version, workflow_run.state, workflow_run.waiting_for,
        workflow_run.error, workflow_run.started_at, workflow_run.finished_at
        """
    static let details: SQL = """
        SELECT job.kind, job.state, job.payload, job.parent, workflow_run.cancel_requested_at,
            workflow_run.cancelled_by, workflow_run.continued_as,
            (SELECT earlier.id FROM workflow_run earlier WHERE earlier.continued_as = job.id)
        FROM job LEFT JOIN workflow_run ON workflow_run.id = job.id WHERE job.id = ?1
        """
    static let signals: SQL = """
        SELECT name, message_id, received_at, consumed_by_step FROM workflow_signal WHERE run = ?1 ORDER BY id
        """
    static let requestColumns = """
        approval.run, approval.step, approval.round, approval.subject, approval.content_hash, approval.requested_at,
        approval.deadline, approval.decision, approval.decided_by, approval.decided_at, approval.note
        """
    static let requests = SQL(
        stringLiteral: "SELECT \(requestColumns) FROM approval WHERE run = ?1 ORDER BY step, round"
    )
    static let openRequests = SQL(
        stringLiteral: """
            SELECT \(requestColumns) FROM approval JOIN workflow_run ON workflow_run.id = approval.run
            WHERE approval.decision IS NULL AND workflow_run.finished_at IS NULL
                AND (approval.deadline IS NULL OR approval.deadline > station_now())
            ORDER BY approval.requested_at LIMIT ?1
            """
    )
}
