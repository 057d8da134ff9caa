import Bus
import Store

extension RunRecord {
    /// - Returns: `nil` when the run has never been taken up.
    static func read(_ id: UUIDv7, from store: any Storage) async throws -> RunRecord? {
        guard let row = try await store.query(SQL.run, [SQLValue(id)]).first else { return nil }
        var record = try RunRecord(id, row)
        let steps = try await store.query(SQL.steps, [SQLValue(id)], limit: Replay.stepCountMax)
        record.steps = try steps.map { try StepRecord($0) }
        return record
    }

    private init(_ id: UUIDv7, _ row: SQLRow) throws(StoreError) {
        guard let name = row[0].text, let version = row[1].int, let state = row[2].text.flatMap(RunState.init),
            let readAt = row[8].time
        else { throw StoreError(.corrupt, "workflow_run") }
        self.init(
            id: id,
            name: name,
            version: version,
            state: state,
            output: row[3].text,
            error: row[4].text,
            failedStep: row[5].int,
            isCancelRequested: row[6].isTrue,
            continuedAs: row[7].id,
            readAt: readAt
        )
    }
}

extension StepRecord {
    fileprivate init(_ row: SQLRow) throws {
        guard let number = row[0].int, let name = row[1].text, let kind = row[2].text.flatMap(StepKind.init),
            let state = row[3].text.flatMap(StepState.init), let attempt = row[4].int, let errors = row[6].text,
            let startedAt = row[8].time
        else { throw StoreError(.corrupt, "workflow_step") }
        self.init(
            number: number,
            name: name,
            kind: kind,
            state: state,
            attempt: attempt,
            output: row[5].text,
            errors: errors == "[]" ? [] : try EventCodec.decode([StepError].self, from: errors.utf8),
            dueAt: row[7].time,
            startedAt: startedAt,
            finishedAt: row[9].time
        )
    }
}

extension SQL {
    fileprivate static let run: SQL = """
        SELECT name, version, state, output, error, failed_step,
            CASE WHEN cancel_requested_at IS NULL THEN 0 ELSE 1 END, continued_as, station_now()
        FROM workflow_run WHERE id = ?1
        """
    fileprivate static let steps: SQL = """
        SELECT number, name, kind, state, attempt, output, errors, due_at, started_at, finished_at
        FROM workflow_step WHERE run = ?1 ORDER BY number
        """
}
