import Domain

/// How a run ends, or what makes it undo what it has done.
struct RunEnd: Hashable, Sendable {
    let state: RunState
    var output: String?
    var error: String?
    /// The step whose failure the run died of: done again when somebody starts the run over.
    var failedStep: Int?
    /// The input of the run that goes on.
    var continuation: String?

    static func completed(_ output: String) -> RunEnd { RunEnd(state: .completed, output: output) }

    static func continued(_ input: String) -> RunEnd { RunEnd(state: .completed, continuation: input) }

    static func failed(_ error: any Error) -> RunEnd {
        RunEnd(
            state: .failed,
            error: "\(error)".cut(toBytes: 1000),
            failedStep: (error as? StepFailure)?.number
        )
    }

    static let cancelled = RunEnd(state: .cancelled)

    /// The end of a run that was undoing what it had done when its worker died.
    init(unwinding run: RunRecord) {
        self.init(state: run.error == nil ? .cancelled : .failed, error: run.error, failedStep: run.failedStep)
    }

    init(
        state: RunState,
        output: String? = nil,
        error: String? = nil,
        failedStep: Int? = nil,
        continuation: String? = nil
    ) {
        self.state = state
        self.output = output
        self.error = error
        self.failedStep = failedStep
        self.continuation = continuation
    }

    /// The same end, with what could not be undone.
    func adding(_ failures: [StepFailure]) -> RunEnd {
        guard !failures.isEmpty else { return self }
        var end = self
        let undone = "not undone: " + failures.map(\.description).joined(separator: "; ")
        end.error = (error.map { "\($0); \(undone)" } ?? undone).cut(toBytes: 2000)
        return end
    }

    var outcome: WorkflowFinished.Outcome {
        switch state {
        case .cancelled: .cancelled
        case .failed: .failed
        default: continuation == nil ? .completed : .continued
        }
    }

    /// What the job is told.
    ///
    /// - Throws: `JobError`, permanent, for a failed run: its job is a dead letter that can be started over.
    func jobOutcome() throws(JobError) -> JobOutcome {
        switch state {
        case .cancelled: return .cancelled
        case .failed: throw JobError(.permanent, error ?? "it failed")
        default: return .completed(result: output)
        }
    }
}
