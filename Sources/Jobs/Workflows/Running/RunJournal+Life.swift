import Bus
import Domain
import Store

/// The beginning and the end of a run.
extension RunJournal {
    /// Makes the run's row at its first beginning, or takes up again a failed one whose job was started over.
    func begin(version: Int) async throws(FlowEnding) {
        let (run, workflow) = (run, workflow)
        _ = try await commit { transaction in
            let isNew = try transaction.execute(RunSQL.begin, [SQLValue(run), .text(workflow), SQLValue(version)]) > 0
            guard isNew else {
                try transaction.execute(RunSQL.forgetFailure, [SQLValue(run)])
                try transaction.execute(RunSQL.reopen, [SQLValue(run)])
                return
            }
            let links = try transaction.rows(RunSQL.links, [SQLValue(run)]).first
            let event = WorkflowStarted(
                run: run,
                workflow: workflow,
                codeVersion: version,
                parent: links?[0].id,
                continuedFrom: links?[1].id
            )
            try transaction.append(event)
        }
    }

    /// Notes that the run undoes what it has done, and why.
    func noteUnwinding(_ cause: RunEnd, _ transaction: inout Transaction) throws {
        try transaction.execute(
            RunSQL.unwind,
            [SQLValue(run), SQLValue(cause.error), SQLValue(cause.failedStep)]
        )
    }

    /// Notes the run's end.
    func finish(_ end: RunEnd, _ transaction: inout Transaction) throws {
        let next = try end.continuation.map { try goOn(with: $0, &transaction) }
        let changed = try transaction.execute(
            RunSQL.finish,
            [
                SQLValue(run), .text(end.state.rawValue), SQLValue(end.output), SQLValue(end.error),
                SQLValue(end.failedStep), SQLValue(next),
            ]
        )
        guard changed > 0 else { throw LeaseLost() }
        try transaction.execute(RunSQL.voidRequests, [SQLValue(run)])
        let event = WorkflowFinished(
            run: run,
            workflow: workflow,
            outcome: end.outcome,
            error: end.error,
            continuedAs: next
        )
        try transaction.append(event)
    }

    /// Tells those who wait for the run's end.
    func announceEnd() { store.post(WorkflowNotice.finished(run)) }

    /// Begins the run that goes on from this one: it gets the unique key, and the signals that nobody took.
    private func goOn(with input: String, _ transaction: inout Transaction) throws(StoreError) -> UUIDv7 {
        let next = DerivedID.make(run, "continued")
        let key = try transaction.rows(RunSQL.uniqueKey, [SQLValue(run)]).first?[0] ?? .null
        try transaction.execute(RunSQL.freeKey, [SQLValue(run)])
        try transaction.execute(RunSQL.continueJob, [SQLValue(run), SQLValue(next), .text(input), key])
        try transaction.execute(RunSQL.continueSignals, [SQLValue(run), SQLValue(next)])
        return next
    }
}

extension SQLValue {
    fileprivate init(_ number: Int?) { self = number.map { SQLValue($0) } ?? .null }
}

private enum RunSQL {
    /// Version 0 has a run that was to be cancelled before it began.
    static let begin: SQL = """
        INSERT INTO workflow_run (id, name, version, state, started_at) VALUES (?1, ?2, ?3, 'running', station_now())
        ON CONFLICT (id) DO UPDATE SET version = excluded.version WHERE workflow_run.version = 0
        """
    static let links: SQL = """
        SELECT job.parent, (SELECT id FROM workflow_run WHERE continued_as = ?1) FROM job WHERE job.id = ?1
        """
    /// What the run died of is done again; what it has survived is not.
    static let forgetFailure: SQL = """
        DELETE FROM workflow_step WHERE run = ?1 AND state = 'failed'
        AND number >= (SELECT failed_step FROM workflow_run WHERE id = ?1)
        """
    static let reopen: SQL = """
        UPDATE workflow_run SET state = 'running', error = NULL, failed_step = NULL, finished_at = NULL,
            cancel_requested_at = NULL, cancelled_by = NULL
        WHERE id = ?1 AND state IN ('failed', 'cancelled')
        """
    static let unwind: SQL = """
        UPDATE workflow_run SET state = 'compensating', waiting_for = NULL, error = ?2, failed_step = ?3
        WHERE id = ?1 AND finished_at IS NULL
        """
    static let finish: SQL = """
        UPDATE workflow_run SET state = ?2, output = ?3, error = ?4, failed_step = ?5, continued_as = ?6,
            waiting_for = NULL, finished_at = station_now()
        WHERE id = ?1 AND finished_at IS NULL
        """
    static let voidRequests: SQL = """
        UPDATE approval SET decision = 'void', decided_at = station_now() WHERE run = ?1 AND decision IS NULL
        """
    static let uniqueKey: SQL = "SELECT unique_key FROM job WHERE id = ?1"
    static let freeKey: SQL = "UPDATE job SET unique_key = NULL WHERE id = ?1 AND unique_key IS NOT NULL"
    static let continueJob = SQL(
        sqlite: continuation(id: "?2", input: "?3", key: "?4") + " WHERE id = ?1",
        postgres: continuation(id: "$2::uuid", input: "$3::text", key: "$4::text") + " WHERE id = $1"
    )
    static let continueSignals: SQL = """
        UPDATE workflow_signal SET run = ?2 WHERE run = ?1 AND consumed_by_step IS NULL
        """

    private static func continuation(id: String, input: String, key: String) -> String {
        """
        INSERT INTO job (id, queue, kind, state, priority, run_at, payload, limit_key, unique_key, attempt_max,
            parent, correlation, inserted_at)
        SELECT \(id), queue, kind, 'available', priority, station_now(), \(input), limit_key, \(key), attempt_max,
            parent, correlation, station_now() FROM job
        """
    }
}
