import Bus
import Store

extension Transaction {
    /// Says what the run waits for; one that undoes what it has done keeps saying that.
    mutating func setWaiting(_ journal: RunJournal, for what: String) throws(StoreError) {
        try execute(SQL.setWaiting, [SQLValue(journal.run), .text(what)])
    }

    /// Records that a wait is over.
    mutating func endWait(_ slot: StepSlot, _ state: StepState, output: String?, of journal: RunJournal) throws {
        var step = StepWrite(slot, state)
        step.output = output
        try endWait(step, of: journal)
    }

    mutating func endWait(_ step: StepWrite, of journal: RunJournal) throws {
        try write(step, of: journal)
        try execute(SQL.setRunning, [SQLValue(journal.run)])
    }

    /// Begins a wait that is not over at once.
    ///
    /// - Returns: when it ends at the latest.
    mutating func beginWait(_ slot: StepSlot, within limit: Duration?, of journal: RunJournal) throws -> Timestamp? {
        if let record = slot.record { return record.dueAt }
        var step = StepWrite(slot, .started)
        step.dueIn = limit
        let due = try write(step, of: journal)
        try setWaiting(journal, for: "\(slot.kind.rawValue) '\(slot.name)'")
        return due
    }

    /// Whether a wait's time is up by the database's clock.
    mutating func isOver(_ slot: StepSlot, of journal: RunJournal) throws(StoreError) -> Bool {
        guard slot.record?.dueAt != nil else { return false }
        return try !rows(SQL.isOver, [SQLValue(journal.run), SQLValue(slot.number)]).isEmpty
    }

    /// Takes the oldest signal of a name that nobody has taken.
    mutating func takeSignal(_ slot: StepSlot, of journal: RunJournal) throws(StoreError) -> String? {
        try rows(SQL.takeSignal, [SQLValue(journal.run), .text(slot.name), SQLValue(slot.number)]).first?[0].text
    }
}

extension SQL {
    fileprivate static let setWaiting: SQL = """
        UPDATE workflow_run SET state = 'waiting', waiting_for = ?2 WHERE id = ?1 AND state IN ('running', 'waiting')
        """
    fileprivate static let setRunning: SQL = """
        UPDATE workflow_run SET state = 'running', waiting_for = NULL WHERE id = ?1 AND state = 'waiting'
        """
    fileprivate static let isOver: SQL = """
        SELECT 1 FROM workflow_step WHERE run = ?1 AND number = ?2 AND due_at <= station_now()
        """
    fileprivate static let takeSignal: SQL = """
        UPDATE workflow_signal SET consumed_by_step = ?3
        WHERE id = (SELECT min(id) FROM workflow_signal WHERE run = ?1 AND name = ?2 AND consumed_by_step IS NULL)
        RETURNING payload
        """
}
