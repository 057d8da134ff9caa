package import Bus
package import Store

/// What begins a run: a job whose kind is the workflow's name.
package struct WorkflowStart: Sendable {
    /// The job; its queue, priority, limit and time can be set as for any other.
    package var request: JobRequest

    /// How often a run may be taken up after a crash or a failure of the database. Waiting costs nothing of it, and
    /// neither do failing steps, which count for themselves.
    static let attemptMax = 50

    /// - Parameters:
    ///   - workflow: what to run.
    ///   - input: what its code gets.
    ///   - id: the run's id; starting the same id again answers with the run that is there.
    ///   - uniqueKey: an unfinished run with the same key makes this one superfluous.
    /// - Throws: `FlowValueError` when the input does not encode or is too large.
    package init<Input, Output>(
        _ workflow: Workflow<Input, Output>,
        _ input: Input,
        id: UUIDv7? = nil,
        uniqueKey: String? = nil
    ) throws(FlowValueError) {
        let payload = try FlowJSON.encode(input, of: "input")
        request = JobRequest(queue: workflow.queue, kind: workflow.name, payload: payload)
        request.id = id
        request.uniqueKey = uniqueKey
        request.attemptMax = WorkflowStart.attemptMax
    }
}

extension WorkflowStart {
    /// What begins a run from JSON.
    ///
    /// - Throws: `FlowValueError` when the input is not one of this workflow.
    package init(
        _ workflow: WorkflowDefinition,
        input: String,
        id: UUIDv7? = nil,
        uniqueKey: String? = nil
    ) throws {
        try workflow.check(input)
        request = JobRequest(queue: workflow.queue, kind: workflow.name, payload: input)
        request.id = id
        request.uniqueKey = uniqueKey
        request.attemptMax = WorkflowStart.attemptMax
    }
}

extension Transaction {
    /// Begins a run: it is there if, and only if, this unit commits.
    ///
    /// - Returns: the run's id, or that of the run that makes this one superfluous.
    @discardableResult
    package mutating func start(_ start: WorkflowStart) throws(StoreError) -> Enqueued {
        try enqueue(start.request)
    }

    mutating func enqueueChild(_ job: ChildJob, of slot: StepSlot, journal: RunJournal) throws(StoreError) {
        var request = job.request
        request.id = DerivedID.child(of: journal.run, step: slot.number)
        request.parent = journal.run
        request.correlation = journal.correlation ?? journal.run
        try enqueue(request)
    }
}
