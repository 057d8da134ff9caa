package import Governance
package import Store

/// Why nothing was done about a proposal, a ballot or the treasury.
package enum GovernanceError: Error, Sendable {
    /// There is no such thing.
    case notFound(String)
    /// A field from outside cannot be used.
    case invalid(field: String, problem: String)
    /// The text was not signed by that wallet, or proves nothing.
    case badSignature(String)
    /// What was signed has run out, or is not valid yet.
    case expired
    /// The wallet had nothing at the snapshot, and nobody had it vote for them.
    case noWeight
    /// Who proposes holds less than so many whole tokens.
    case insufficientTokens(needed: Int)
    /// The wallet has voted before, or the nonce was used before.
    case alreadyVoted
    case alreadyUsed(String)
    /// As the proposal stands, that cannot be done.
    case refused(ProposalRefusal)
    /// Too many ballots wait to be written down.
    case busy
    /// Something that it takes is not set up, such as the token.
    case unavailable(String)
    case store(StoreError)
}

extension GovernanceError {
    init(_ error: any Error) {
        self =
            switch error {
            case let error as GovernanceError: error
            case let error as ProposalRefusal: .refused(error)
            case let error as StoreError: .store(error)
            case let error as BallotError: .invalid(field: "choice", problem: error.description)
            case let error as BallotTextError: .invalid(field: error.field, problem: error.text)
            default: .store(StoreError(.failed, "governance", detail: "\(error)"))
            }
    }
}

extension GovernanceError {
    /// One word, for counting.
    package var word: String {
        switch self {
        case .notFound: "not_found"
        case .invalid: "invalid"
        case .badSignature: "bad_signature"
        case .expired: "expired"
        case .noWeight: "no_weight"
        case .insufficientTokens: "insufficient_tokens"
        case .alreadyVoted: "already_voted"
        case .alreadyUsed: "already_used"
        case .refused: "refused"
        case .busy: "busy"
        case .unavailable: "unavailable"
        case .store: "store"
        }
    }
}

extension GovernanceError: CustomStringConvertible {
    /// For people; holds nothing that is not theirs to know.
    package var description: String {
        switch self {
        case .notFound(let what): "there is no such \(what)"
        case .invalid(let field, let problem): "\(field) \(problem)"
        case .badSignature(let why): why
        case .expired: "what was signed has expired, or is dated ahead of the clock: ask for a new text and sign that"
        case .noWeight: "the wallet held nothing of the token when the proposal opened, and nobody had it vote for them"
        case .insufficientTokens(let needed): "who proposes has to hold \(needed) tokens"
        case .alreadyVoted: "the wallet has voted on this proposal"
        case .alreadyUsed(let what): "this \(what) was used before"
        case .refused(let refusal): refusal.description
        case .busy: "too many ballots are waiting; try again in a second"
        case .unavailable(let why): why
        case .store: "the store does not answer"
        }
    }
}
