import Bus
import Store

extension Flow {
    /// Runs another workflow and waits for its end, without holding a worker.
    ///
    /// Its id is made from this run's and the place of the call, so that a replay finds the same one.
    ///
    /// - Throws: `StepFailure` when it did not complete.
    package func child<Input, Output>(
        _ name: String,
        _ workflow: Workflow<Input, Output>,
        _ input: Input
    ) async throws -> Output {
        let outputs = try await children(name, [try ChildJob(workflow, input)], names: [name])
        return try FlowJSON.decode(Output.self, from: outputs[0], of: "output of '\(name)'")
    }

    /// Runs another workflow once for each input, all at the same time, and waits for the end of all.
    ///
    /// - Parameters:
    ///   - name: the steps are called `name[0]`, `name[1]` and so on.
    ///   - workflow: what to run.
    ///   - inputs: in an order that a replay finds again.
    /// - Throws: `StepFailure` of the first that did not complete, once all have ended.
    package func children<Input, Output>(
        _ name: String,
        _ workflow: Workflow<Input, Output>,
        over inputs: [Input]
    ) async throws -> [Output] {
        let jobs = try inputs.map { try ChildJob(workflow, $0) }
        let outputs = try await children(name, jobs, names: inputs.indices.map { "\(name)[\($0)]" })
        return try outputs.map { try FlowJSON.decode(Output.self, from: $0, of: "output of '\(name)'") }
    }

    /// Runs a job of any kind and waits for its end, without holding a worker.
    ///
    /// - Returns: the job's result, JSON.
    /// - Throws: `StepFailure` when it did not complete.
    package func job(_ name: String, _ request: JobRequest) async throws -> String? {
        let result = try await children(name, [ChildJob(request)], names: [name])[0]
        return result == FlowJSON.nothing ? nil : result
    }

    private func children(_ name: String, _ jobs: [ChildJob], names: [String]) async throws -> [String] {
        try await call(name) {
            var children: [(StepSlot, ChildJob)] = []
            for (job, name) in zip(jobs, names) { children.append((try slot(name, .child), job)) }
            let open = children.filter { $0.0.record?.isFinished != true }
            let ended = open.isEmpty ? [:] : try await look(at: open)
            return try children.map { slot, _ in
                if let output = ended[slot.number] { return try output.get() }
                guard let record = slot.record, record.state == .completed else {
                    throw slot.record.map { StepFailure($0) } ?? StepFailure(ChildOutcome.gone, slot)
                }
                return record.output ?? FlowJSON.nothing
            }
        }
    }

    /// Begins those that are new, and parks the run until all have ended.
    ///
    /// - Returns: how each ended, by the number of its step.
    private func look(at children: [(StepSlot, ChildJob)]) async throws -> [Int: Result<String, StepFailure>] {
        _ = try goOn()
        let outcomes = try await write { transaction, journal in
            var outcomes: [Int: ChildOutcome] = [:]
            for (slot, job) in children where slot.record == nil {
                _ = try transaction.beginWait(slot, within: nil, of: journal)
                try transaction.enqueueChild(job, of: slot, journal: journal)
            }
            for (slot, _) in children where slot.record != nil {
                let child = DerivedID.child(of: journal.run, step: slot.number)
                if let outcome = try transaction.outcome(ofChild: child) { outcomes[slot.number] = outcome }
            }
            for (slot, _) in children {
                guard let outcome = outcomes[slot.number] else { continue }
                try transaction.endWait(outcome.write(slot, at: transaction.now), of: journal)
            }
            return outcomes
        }
        guard outcomes.count == children.count else { try park(until: nil) }
        var results: [Int: Result<String, StepFailure>] = [:]
        for (slot, _) in children { results[slot.number] = outcomes[slot.number]?.result(slot) }
        return results
    }
}

/// Another job that a run begins and waits for.
struct ChildJob: Sendable {
    var request: JobRequest

    init(_ request: JobRequest) { self.request = request }

    init<Input, Output>(_ workflow: Workflow<Input, Output>, _ input: Input) throws {
        request = try WorkflowStart(workflow, input).request
    }
}

extension DerivedID {
    static func child(of run: UUIDv7, step: Int) -> UUIDv7 { make(run, "step \(step)") }
}
