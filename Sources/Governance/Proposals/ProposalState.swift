/// Where a proposal stands.
///
/// voting → passed | rejected | no_quorum | vetoed; passed → vetoed; passed → executing → executed | execution_failed;
/// execution_failed → executing when an operator has it tried again. Stored, so the raw values never change.
package enum ProposalState: String, Codable, Hashable, Sendable, CaseIterable {
    case voting
    case passed
    case rejected
    case noQuorum = "no_quorum"
    /// The council objected.
    case vetoed
    case executing
    case executed
    case executionFailed = "execution_failed"

    /// Whether nothing will happen to it any more.
    package var isFinal: Bool {
        switch self {
        case .rejected, .noQuorum, .vetoed, .executed: true
        case .voting, .passed, .executing, .executionFailed: false
        }
    }

    init(_ verdict: Outcome.Verdict) {
        self =
            switch verdict {
            case .passed: .passed
            case .rejected: .rejected
            case .noQuorum: .noQuorum
            }
    }
}
