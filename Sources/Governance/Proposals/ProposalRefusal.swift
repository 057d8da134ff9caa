package import Bus

/// Why something cannot be done with a proposal as it stands.
package enum ProposalRefusal: Error, Hashable, Sendable {
    case notOpenYet(opensAt: Timestamp)
    /// No vote is taken any more.
    case closed
    case stillOpen(closesAt: Timestamp)
    /// It is decided once.
    case alreadyDecided(ProposalState)
    /// Only what has passed is carried out.
    case notPassed(ProposalState)
    /// The council may still object.
    case tooEarly(executableAt: Timestamp)
    /// The key is none of the council's.
    case notOfCouncil
    /// Once it is being carried out, or is, nobody can veto it.
    case executionStarted(ProposalState)
    case notExecuting(ProposalState)
    /// Only what has failed is tried again.
    case notFailed(ProposalState)
    case tooManyOpen(max: Int)
    case tooManyOfCreator(max: Int)

    /// What an HTTP answer says.
    package var status: Int {
        switch self {
        case .closed: 410
        case .notOfCouncil: 403
        case .tooManyOpen, .tooManyOfCreator: 429
        case .notOpenYet, .stillOpen, .alreadyDecided, .notPassed, .tooEarly, .executionStarted, .notExecuting,
            .notFailed:
            409
        }
    }
}

extension ProposalRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notOpenYet(let time): "voting opens at \(time)"
        case .closed: "voting is closed"
        case .stillOpen(let time): "voting is open until \(time)"
        case .alreadyDecided(let state): "the proposal is \(state.rawValue) already"
        case .notPassed(let state): "only a passed proposal is carried out; this one is \(state.rawValue)"
        case .tooEarly(let time): "the proposal may be carried out from \(time) on"
        case .notOfCouncil: "the key is none of the council's"
        case .executionStarted(let state): "the proposal is \(state.rawValue), which is too late for a veto"
        case .notExecuting(let state): "the proposal is \(state.rawValue), and not being carried out"
        case .notFailed(let state): "only what has failed is tried again; the proposal is \(state.rawValue)"
        case .tooManyOpen(let max): "no more than \(max) proposals may be open"
        case .tooManyOfCreator(let max): "no more than \(max) proposals of one creator may be open"
        }
    }
}
