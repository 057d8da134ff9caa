import Bus
import Store

/// How a job ended that a run waited for.
struct ChildOutcome: Sendable {
    let output: String?
    /// Why it did not complete.
    let error: String?

    static let gone = ChildOutcome(output: nil, error: "it is no longer in the database")

    func write(_ slot: StepSlot, at time: Timestamp) -> StepWrite {
        var step = StepWrite(slot, error == nil ? .completed : .failed)
        step.output = error == nil ? output ?? FlowJSON.nothing : nil
        if let error { step.errors = [StepError(attempt: 1, at: time, reason: .failed, message: error)] }
        return step
    }

    func result(_ slot: StepSlot) -> Result<String, StepFailure> {
        error == nil ? .success(output ?? FlowJSON.nothing) : .failure(StepFailure(self, slot))
    }
}

extension StepFailure {
    init(_ outcome: ChildOutcome, _ slot: StepSlot) {
        self.init(number: slot.number, step: slot.name, attempts: 1, reason: .failed, message: outcome.error ?? "")
    }
}

extension Transaction {
    /// - Returns: `nil` while it has not ended.
    mutating func outcome(ofChild child: UUIDv7) throws(StoreError) -> ChildOutcome? {
        // A run that went on as another has ended when the last of them has.
        guard let row = try rows(SQL.childOutcome, [SQLValue(child)]).first else { return .gone }
        guard let state = row[0].text, JobState(rawValue: state)?.isFinal == true else { return nil }
        guard state == JobState.completed.rawValue else {
            return ChildOutcome(output: nil, error: row[2].text ?? "it was \(state)")
        }
        guard let output = row[1].text, output.utf8.count > Flow.outputBytesMax else {
            return ChildOutcome(output: row[1].text, error: nil)
        }
        return ChildOutcome(output: nil, error: "its result has more than \(Flow.outputBytesMax) bytes")
    }
}

extension SQL {
    fileprivate static let childOutcome: SQL = """
        WITH RECURSIVE chain (id, place) AS (
            SELECT id, 0 FROM job WHERE id = ?1
            UNION ALL
            SELECT workflow_run.continued_as, chain.place + 1 FROM workflow_run JOIN chain
                ON workflow_run.id = chain.id
            WHERE workflow_run.continued_as IS NOT NULL
        )
        SELECT job.state, coalesce(workflow_run.output, job.result), workflow_run.error
        FROM chain JOIN job ON job.id = chain.id LEFT JOIN workflow_run ON workflow_run.id = job.id
        ORDER BY chain.place DESC LIMIT 1
        """
}
