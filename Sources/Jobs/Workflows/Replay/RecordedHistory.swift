/// What is recorded of one run, as a file: to check that later code still fits it.
package struct RecordedHistory: Codable, Hashable, Sendable {
    package let workflow: String
    package let version: Int
    /// JSON.
    package let input: String
    package let steps: [StepRecord]

    package init(workflow: String, version: Int, input: String, steps: [StepRecord]) {
        self.workflow = workflow
        self.version = version
        self.input = input
        self.steps = steps
    }

    /// - Returns: `nil` for a run that has not begun.
    package init?(_ report: RunReport) {
        guard let summary = report.summary else { return nil }
        self.init(workflow: report.workflow, version: summary.version, input: report.input, steps: report.steps)
    }
}

extension WorkflowDefinition {
    /// How far code comes with nothing but a record.
    package enum ReplayEnd: Hashable, Sendable {
        /// JSON.
        case completed(output: String)
        case failed(String)
        case continued(input: String)
        /// The code fits as far as the record goes.
        case recordEnds
    }

    /// Replays a record against this code, without running a step and without a database.
    ///
    /// - Parameter history: what was recorded.
    /// - Returns: how far the code came.
    /// - Throws: `Nondeterminism` naming the first step that does not fit; `JobError` for other faults of the code.
    package func replay(_ history: RecordedHistory) async throws -> ReplayEnd {
        let flow = Flow(RunRecord(replaying: history), journal: nil, stop: .recordEnds, settings: FlowSettings())
        let result: Result<String, any Error>
        do {
            result = .success(try await run(history.input, flow))
        } catch {
            result = .failure(error)
        }
        switch flow.ending {
        case .none: break
        case .recordEnds: return .recordEnds
        case .continued(let input): return .continued(input: input)
        case .nondeterministic(let difference): throw difference
        case .some(let ending): throw ending.jobError
        }
        if let difference = flow.leftBehind { throw difference }
        switch result {
        case .success(let output): return .completed(output: output)
        case .failure(let error): return .failed("\(error)")
        }
    }
}
