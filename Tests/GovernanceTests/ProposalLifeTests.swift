import Bus
import FoundationEssentials
import Governance
import Testing

@Suite struct ProposalLifeTests {
    private static let key = "11111111111111111111111111111111"

    private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_000_000 + seconds) }

    private func rules(delay: Int = 50) -> ProposalRules {
        var rules = ProposalRules()
        rules.executionDelaySeconds = delay
        rules.vetoKeys = [Self.key]
        return rules
    }

    /// Open from 0 to 100.
    private func life() -> ProposalLife {
        ProposalLife(window: VotingWindow(opensAt: at(0), closesAt: at(100), extensionSeconds: 20))
    }

    private func outcome(_ verdict: Outcome.Verdict) throws -> Outcome {
        var tally = try Tally(.basic, optionCount: 3)
        try tally.add(.basic(verdict == .passed ? .yes : .no), weight: verdict == .noQuorum ? 1 : 100)
        let outcome = try ProposalRules().outcome(of: tally.finish(), supply: 100)
        #expect(outcome.verdict == verdict)
        return outcome
    }

    private func closed(_ verdict: Outcome.Verdict) throws -> ProposalLife {
        var life = life()
        try life.close(with: try outcome(verdict), at: at(100))
        return life
    }

    private func refusal(_ life: inout ProposalLife, _ action: (inout ProposalLife) throws -> Void) -> ProposalRefusal?
    {
        let before = life
        do {
            try action(&life)
            return nil
        } catch {
            // What is refused changes nothing.
            #expect(life == before)
            return error as? ProposalRefusal
        }
    }

    @Test func `ballots are taken from the first moment to the last but not after`() throws {
        var life = life()
        #expect(refusal(&life) { try $0.checkVote(at: at(-1)) } == .notOpenYet(opensAt: at(0)))
        #expect(refusal(&life) { try $0.checkVote(at: at(0)) } == nil)
        #expect(refusal(&life) { try $0.checkVote(at: Timestamp(nanoseconds: at(100).nanoseconds - 1)) } == nil)
        let late = refusal(&life) { try $0.checkVote(at: at(100)) }
        #expect(late == .closed && late?.status == 410)
    }

    @Test(arguments: Outcome.Verdict.allCases)
    func `it is decided once, when voting has ended`(verdict: Outcome.Verdict) throws {
        var life = life()
        let outcome = try outcome(verdict)
        let early = refusal(&life) { try $0.close(with: outcome, at: at(99)) }
        #expect(early == .stillOpen(closesAt: at(100)))
        #expect(refusal(&life) { try $0.close(with: outcome, at: at(130)) } == nil)
        #expect(life.state.rawValue == verdict.rawValue && life.outcome == outcome && life.decidedAt == at(130))
        let again = refusal(&life) { try $0.close(with: outcome, at: at(131)) }
        #expect(again == .alreadyDecided(life.state) && again?.status == 409)
        let vote = refusal(&life) { try $0.checkVote(at: at(50)) }
        #expect(vote == .closed)
        #expect(life.state.isFinal == (verdict != .passed))
    }

    @Test func `a vote that is settled ends at once, and is decided by counting`() throws {
        var life = life()
        life.endVoting(at: at(-1))
        #expect(life == self.life())
        life.endVoting(at: at(40))
        #expect(life.state == .voting && life.window.closesAt == at(40) && life.window.plannedCloseAt == at(100))
        #expect(refusal(&life) { try $0.checkVote(at: at(40)) } == .closed)
        life.endVoting(at: at(41))
        #expect(life.window.closesAt == at(40) && !life.noteQuorum(at: at(41)))
        let outcome = try outcome(.passed)
        #expect(refusal(&life) { try $0.close(with: outcome, at: at(41)) } == nil)
        let decided = life
        life.endVoting(at: at(30))
        #expect(life.state == .passed && life == decided)
    }

    @Test func `a quorum that comes late moves the end, once`() {
        var early = life()
        #expect(!early.noteQuorum(at: at(80)) && early.window.closesAt == at(100))
        #expect(!early.noteQuorum(at: at(99)) && early.window.quorumReachedAt == at(80))
        var late = life()
        #expect(late.noteQuorum(at: at(81)) && late.window.closesAt == at(101) && late.window.isExtended)
        #expect(!late.noteQuorum(at: at(100)) && late.window.closesAt == at(101))
        #expect(late.window.phase(at: at(100)) == .open && late.window.phase(at: at(101)) == .closed)
        var last = life()
        #expect(last.noteQuorum(at: at(99)) && last.window.closesAt == at(119) && last.window.plannedCloseAt == at(100))
        var tooLate = life()
        #expect(!tooLate.noteQuorum(at: at(100)) && tooLate.window.quorumReachedAt == nil)
        #expect(!tooLate.noteQuorum(at: at(-1)) && !tooLate.window.isExtended)
        var never = VotingWindow(opensAt: at(0), closesAt: at(100), extensionSeconds: 0)
        let moved = never.noteQuorum(at: at(99))
        #expect(!moved && never.closesAt == at(100))
    }

    @Test func `what has passed is carried out after the delay, and tried again when it failed`() throws {
        var life = try closed(.passed)
        let rules = rules()
        #expect(life.executableAt(rules) == at(150))
        let early = refusal(&life) { try $0.beginExecution(rules, at: at(149)) }
        #expect(early == .tooEarly(executableAt: at(150)))
        #expect(refusal(&life) { try $0.endExecution(succeeded: true) } == .notExecuting(.passed))
        #expect(refusal(&life) { try $0.beginExecution(rules, at: at(150)) } == nil)
        #expect(life.state == .executing && life.attempts == 1)
        #expect(refusal(&life) { try $0.beginExecution(rules, at: at(151)) } == .notPassed(.executing))
        #expect(refusal(&life) { try $0.retryExecution() } == .notFailed(.executing))
        #expect(refusal(&life) { try $0.endExecution(succeeded: false) } == nil)
        #expect(life.state == .executionFailed && !life.state.isFinal)
        #expect(refusal(&life) { try $0.retryExecution() } == nil)
        #expect(life.state == .executing && life.attempts == 2)
        #expect(refusal(&life) { try $0.endExecution(succeeded: true) } == nil)
        #expect(life.state == .executed && life.state.isFinal)
        #expect(refusal(&life) { try $0.retryExecution() } == .notFailed(.executed))
    }

    @Test(arguments: [Outcome.Verdict.rejected, .noQuorum])
    func `what has not passed is not carried out`(verdict: Outcome.Verdict) throws {
        var life = try closed(verdict)
        let state = life.state
        #expect(refusal(&life) { try $0.beginExecution(rules(), at: at(9_999)) } == .notPassed(state))
        #expect(life.executableAt(rules()) == nil)
        #expect(refusal(&life) { try $0.veto(by: Self.key, rules(), at: at(9_999)) } == .alreadyDecided(state))
    }

    @Test func `the council may veto until it is being carried out, and nobody else may`() throws {
        var voting = life()
        let stranger = refusal(&voting) { try $0.veto(by: "1" + Self.key, rules(), at: at(10)) }
        #expect(stranger == .notOfCouncil && stranger?.status == 403)
        #expect(refusal(&voting) { try $0.veto(by: Self.key, rules(), at: at(10)) } == nil)
        #expect(voting.state == .vetoed && voting.vetoedBy == Self.key && voting.decidedAt == at(10))
        #expect(voting.window.closesAt == at(10) && voting.state.isFinal)
        #expect(refusal(&voting) { try $0.checkVote(at: at(5)) } == .closed)
        let twice = refusal(&voting) { try $0.veto(by: Self.key, rules(), at: at(11)) }
        #expect(twice == .alreadyDecided(.vetoed))

        var passed = try closed(.passed)
        #expect(refusal(&passed) { try $0.veto(by: Self.key, rules(), at: at(149)) } == nil)
        #expect(passed.state == .vetoed && passed.outcome?.verdict == .passed && passed.decidedAt == at(100))
        #expect(refusal(&passed) { try $0.beginExecution(rules(), at: at(999)) } == .notPassed(.vetoed))

        var executing = try closed(.passed)
        try executing.beginExecution(rules(), at: at(150))
        #expect(
            refusal(&executing) { try $0.veto(by: Self.key, rules(), at: at(151)) } == .executionStarted(.executing)
        )
        try executing.endExecution(succeeded: false)
        let failed = refusal(&executing) { try $0.veto(by: Self.key, rules(), at: at(151)) }
        #expect(failed == .executionStarted(.executionFailed))
    }

    @Test func `it is stored and read back, with frozen names of states`() throws {
        var life = life()
        _ = life.noteQuorum(at: at(90))
        try life.close(with: try outcome(.passed), at: at(200))
        let read = try JSONDecoder().decode(ProposalLife.self, from: JSONEncoder().encode(life))
        #expect(read == life)
        #expect(
            ProposalState.allCases.map(\.rawValue) == [
                "voting", "passed", "rejected", "no_quorum", "vetoed", "executing", "executed", "execution_failed",
            ]
        )
        #expect(
            VotingSystem.allCases.map(\.rawValue) == [
                "basic", "approval", "weighted", "quadratic", "ranked", "copeland",
            ]
        )
    }
}
