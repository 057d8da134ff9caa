import Bus
import Domain
import Store

/// One step as it is to be recorded.
///
/// Times are durations: the database adds them to its own clock.
struct StepWrite: Sendable {
    var number: Int
    var name: String
    var kind: StepKind
    var state: StepState
    var attempt = 1
    var output: String?
    var errors: [StepError] = []
    /// How long from now its wait lasts.
    var dueIn: Duration?
    /// How long ago it began.
    var elapsed: Duration = .zero

    init(_ slot: StepSlot, _ state: StepState, attempt: Int = 1) {
        number = slot.number
        name = slot.name
        kind = slot.kind
        self.state = state
        self.attempt = attempt
        errors = slot.record?.errors ?? []
    }
}

extension Transaction {
    /// Records a step, and tells about it when it is finished.
    ///
    /// - Returns: when its wait ends.
    /// - Throws: `LeaseLost` when it is finished already: only another owner of the run can have done that.
    @discardableResult
    mutating func write(_ step: StepWrite, of journal: RunJournal) throws -> Timestamp? {
        let isFinished = step.state == .completed || step.state == .failed
        let errors = try EventCodec.encode(step.errors)
        let written = try rows(
            SQL.writeStep,
            [
                SQLValue(journal.run), SQLValue(step.number), .text(step.name), .text(step.kind.rawValue),
                .text(step.state.rawValue), SQLValue(step.attempt), SQLValue(step.output),
                .text(String(decoding: errors, as: UTF8.self)),
                step.dueIn.map { .integer($0.nanoseconds) } ?? .null,
                .integer(step.elapsed.nanoseconds), SQLValue(isFinished ? 1 : 0),
            ]
        )
        guard let row = written.first else { throw LeaseLost() }
        if isFinished, step.kind != .value, step.kind != .patch { try append(step.event(of: journal)) }
        return row[0].time
    }
}

extension StepWrite {
    fileprivate func event(of journal: RunJournal) -> WorkflowStepFinished {
        WorkflowStepFinished(
            run: journal.run,
            workflow: journal.workflow,
            number: number,
            name: name,
            kind: kind.rawValue,
            outcome: state == .completed ? .completed : .failed,
            attempts: attempt,
            milliseconds: elapsed > .zero ? Double(elapsed.nanoseconds / 1000) / 1000 : nil,
            error: state == .failed ? errors.last?.message : nil
        )
    }
}

extension SQL {
    fileprivate static let writeStep: SQL = """
        INSERT INTO workflow_step
            (run, number, name, kind, state, attempt, output, errors, due_at, started_at, finished_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, station_now() + ?9, station_now() - ?10,
            CASE WHEN ?11 = 1 THEN station_now() END)
        ON CONFLICT (run, number) DO UPDATE SET
            state = excluded.state, attempt = excluded.attempt, output = excluded.output, errors = excluded.errors,
            due_at = excluded.due_at, finished_at = excluded.finished_at,
            started_at = CASE WHEN workflow_step.state = 'registered' THEN excluded.started_at
                ELSE workflow_step.started_at END
        WHERE workflow_step.state IN ('registered', 'started')
        RETURNING due_at
        """
}
