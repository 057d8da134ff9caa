import Bus
import Store
import Threading

/// One taking up of a run: from its record to its end, its next wait, or a failure.
struct RunLife: Sendable {
    let record: RunRecord
    let definition: WorkflowDefinition
    let input: String
    let journal: RunJournal
    let settings: FlowSettings

    /// - Throws: `JobError` when the run has failed, `FlowEnding` when it was left in the middle.
    func run() async throws -> JobOutcome {
        switch record.state {
        case .completed, .failed, .cancelled:
            // Its worker died between the run's end and the job's.
            return try RunEnd(known: record).jobOutcome()
        case .compensating:
            // Only to find the compensations again.
            let flow = Flow(record, journal: journal, stop: .recordEnds, settings: settings)
            _ = try await execute(flow)
            return try await unwind(flow, RunEnd(unwinding: record))
        case .running, .waiting:
            let stop: FlowEnding? = record.isCancelRequested ? .cancelRequested : nil
            let flow = Flow(record, journal: journal, stop: stop, settings: settings)
            return try await conclude(flow, try await execute(flow))
        }
    }

    /// Runs the code, from the top, as far as it comes.
    ///
    /// - Throws: `FlowEnding`, `.nondeterministic` among them, when nothing can be concluded from how far it came.
    private func execute(_ flow: Flow) async throws -> RunEnd? {
        let result: Result<String, any Error>
        do {
            result = .success(try await definition.run(input, flow))
        } catch {
            result = .failure(error)
        }
        // What the code made of being left does not matter.
        if let ending = flow.ending { return try await leave(flow, ending) }
        if let difference = flow.state.withLock({ $0.replay.end() }) { try await fail(.nondeterministic(difference)) }
        switch result {
        case .success(let output): return .completed(output)
        case .failure(let error): return .failed(error)
        }
    }

    /// - Returns: how the run ends; `nil` when only the record has ended.
    private func leave(_ flow: Flow, _ ending: FlowEnding) async throws -> RunEnd? {
        switch ending {
        case .recordEnds: return nil
        case .cancelRequested: return .cancelled
        case .continued(let input): return .continued(input)
        case .nondeterministic, .broken: try await fail(ending)
        case .parked, .interrupted, .leaseLost, .storage, .hindered: throw ending
        }
    }

    /// Ends a run that the code does not fit, without undoing anything: nobody knows what the code would undo.
    private func fail(_ ending: FlowEnding) async throws -> Never {
        let end = RunEnd(state: .failed, error: ending.text)
        _ = try await journal.commit { [journal] transaction in try journal.finish(end, &transaction) }
        journal.announceEnd()
        throw ending
    }

    private func conclude(_ flow: Flow, _ end: RunEnd?) async throws -> JobOutcome {
        guard let end else { throw FlowEnding.recordEnds }
        if let input = end.continuation, let problem = unfitInput(input) { try await fail(.broken(problem)) }
        guard end.state != .completed else { return try await finish(flow, end) }
        return try await unwind(flow, end)
    }

    private func unfitInput(_ input: String) -> String? {
        do {
            try definition.check(input)
            return nil
        } catch {
            return "the run cannot go on with this input: \(error)"
        }
    }

    /// Undoes what the run has done, newest first, and ends it.
    private func unwind(_ flow: Flow, _ end: RunEnd) async throws -> JobOutcome {
        let compensations = flow.state.withLock { $0.beginUnwinding() }
        if !compensations.isEmpty, record.state != .compensating {
            try await flow.write { transaction, journal in try journal.noteUnwinding(end, &transaction) }
        }
        var failures: [StepFailure] = []
        for compensation in compensations {
            do {
                _ = try await StepRun(flow: flow, slot: compensation.slot, work: compensation.work).output()
            } catch let failure as StepFailure {
                failures.append(failure)
            }
        }
        return try await finish(flow, end.adding(failures))
    }

    private func finish(_ flow: Flow, _ end: RunEnd) async throws -> JobOutcome {
        try await flow.write { transaction, journal in try journal.finish(end, &transaction) }
        try settings.probe.pass(.afterFinish)
        journal.announceEnd()
        return try end.jobOutcome()
    }
}

extension RunEnd {
    /// The end that is recorded.
    fileprivate init(known run: RunRecord) {
        self.init(state: run.state, output: run.output, error: run.error, failedStep: run.failedStep)
    }
}

extension FlowEnding {
    fileprivate var text: String {
        switch self {
        case .nondeterministic(let difference): difference.description
        case .broken(let what): what
        default: "\(self)"
        }
    }
}
