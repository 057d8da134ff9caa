/// What became of a call.
package struct CallReport: Sendable {
    package let task: ModelTask
    package let outcome: ChainRun.Outcome
    /// Whoever was asked or passed over without an answer.
    package let attempts: [ChainRun.Attempt]
    /// From the call to the first that was handed on; `nil` when there was nothing.
    package let firstContentAfter: Duration?
    /// What asking a second target at once has come to; `nil` when that was not done.
    package let hedge: ChainRun.Hedge?
    package let took: Duration
    /// All that was handed on.
    package let content: Completion
    /// What it has cost us, in 1e-10 USD, by whom it was paid to; as far as the providers have said what was used.
    package let costs: [ModelTarget: Int64]

    /// The same answer given again, which asks nobody and costs us nothing.
    ///
    /// - Parameter took: how long that has taken.
    /// - Returns: what became of the call that it is given to.
    package func again(took: Duration) -> CallReport {
        CallReport(
            task: task,
            outcome: outcome,
            attempts: [],
            firstContentAfter: took,
            hedge: nil,
            took: took,
            content: content,
            costs: [:]
        )
    }

    /// Who has said something.
    package var contributions: [Contribution] {
        switch outcome {
        case .complete(_, let by), .brokenOff(_, let by): by
        case .nobody, .refused: []
        }
    }

    /// Why it has no complete answer; `nil` when it has one.
    package var failure: ModelFailure? {
        switch outcome {
        case .complete: nil
        case .brokenOff(let failure, _), .refused(let failure): failure
        case .nobody(let attempts):
            // The last that was asked says most about why.
            attempts.reversed().lazy.compactMap { attempt in
                if case .failed(let failure) = attempt.reason { failure } else { nil }
            }.first ?? ModelFailure(.unreachable, detail: "nobody could be asked")
        }
    }
}
