package import Bus

/// What happens to a proposal from its opening on: a plain value that takes what is asked and the time, and refuses
/// what does not fit.
package struct ProposalLife: Codable, Hashable, Sendable {
    package private(set) var state: ProposalState = .voting
    package private(set) var window: VotingWindow
    package private(set) var outcome: Outcome?
    package private(set) var decidedAt: Timestamp?
    /// The council key that objected.
    package private(set) var vetoedBy: String?
    /// How often carrying it out was begun.
    package private(set) var attempts = 0

    package init(window: VotingWindow) { self.window = window }

    /// - Throws: `notOpenYet` and `closed`.
    package func checkVote(at now: Timestamp) throws(ProposalRefusal) {
        guard state == .voting else { throw .closed }
        switch window.phase(at: now) {
        case .notOpenYet: throw .notOpenYet(opensAt: window.opensAt)
        case .open: return
        case .closed: throw .closed
        }
    }

    /// As `VotingWindow.noteQuorum`; nothing when the vote is over.
    package mutating func noteQuorum(at now: Timestamp) -> Bool { state == .voting && window.noteQuorum(at: now) }

    /// Ends the vote now, since nothing to come can change its outcome; it is decided afterwards, by counting.
    ///
    /// - Parameter now: while it is open; else nothing happens.
    package mutating func endVoting(at now: Timestamp) {
        if state == .voting, window.phase(at: now) == .open { window.close(at: now) }
    }

    /// Takes the decision, once voting has ended.
    ///
    /// - Throws: `alreadyDecided` and `stillOpen`.
    package mutating func close(with outcome: Outcome, at now: Timestamp) throws(ProposalRefusal) {
        guard state == .voting else { throw .alreadyDecided(state) }
        guard window.phase(at: now) == .closed else { throw .stillOpen(closesAt: window.closesAt) }
        decide(outcome, at: now)
    }

    /// The council objects: while people vote, and until it is being carried out.
    ///
    /// - Parameters:
    ///   - key: whose signature has been checked.
    ///   - rules: the proposal's own.
    ///   - now: when.
    /// - Throws: `notOfCouncil`, `executionStarted` and `alreadyDecided`.
    package mutating func veto(by key: String, _ rules: ProposalRules, at now: Timestamp) throws(ProposalRefusal) {
        guard rules.vetoKeys.contains(key) else { throw .notOfCouncil }
        switch state {
        case .voting, .passed: break
        case .executing, .executed, .executionFailed: throw .executionStarted(state)
        case .rejected, .noQuorum, .vetoed: throw .alreadyDecided(state)
        }
        if state == .voting { window.close(at: now) }
        state = .vetoed
        vetoedBy = key
        decidedAt = decidedAt ?? now
    }

    /// The first moment at which it may be carried out; `nil` for what has not passed.
    package func executableAt(_ rules: ProposalRules) -> Timestamp? {
        guard state == .passed, let decidedAt else { return nil }
        return decidedAt.advanced(by: .seconds(rules.executionDelaySeconds))
    }

    /// - Throws: `notPassed` and `tooEarly`.
    package mutating func beginExecution(_ rules: ProposalRules, at now: Timestamp) throws(ProposalRefusal) {
        guard let executableAt = executableAt(rules) else { throw .notPassed(state) }
        guard now >= executableAt else { throw .tooEarly(executableAt: executableAt) }
        execute()
    }

    /// - Throws: `notExecuting`.
    package mutating func endExecution(succeeded: Bool) throws(ProposalRefusal) {
        guard state == .executing else { throw .notExecuting(state) }
        state = succeeded ? .executed : .executionFailed
    }

    /// An operator has it tried again.
    ///
    /// - Throws: `notFailed`.
    package mutating func retryExecution() throws(ProposalRefusal) {
        guard state == .executionFailed else { throw .notFailed(state) }
        execute()
    }

    private mutating func execute() {
        state = .executing
        attempts += 1
    }

    private mutating func decide(_ outcome: Outcome, at now: Timestamp) {
        self.outcome = outcome
        decidedAt = now
        state = ProposalState(outcome.verdict)
    }
}
