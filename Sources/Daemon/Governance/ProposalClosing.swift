import Bus
import Governance
import GovernanceRecords
import Jobs
import Logging
import Store

/// What happens to a proposal by itself: it is decided when its vote ends, its result goes to the chain, and what has
/// passed is carried out after its delay.
///
/// A crash or a restart at any point loses nothing and repeats nothing.
struct ProposalClosing: Sendable {
    let desk: GovernanceDesk
    let anchoring: Anchoring
    let workflows: WorkflowClient

    static let name = "close-proposal"
    static let anchorName = "anchor-result"
    /// Told when voting has ended before its time.
    private static let ended = "ended"
    /// Voting is extended once, and ended early once; each look is at one of these.
    private static let looksMax = 6

    struct Input: Codable, Sendable {
        let proposal: UUIDv7
    }

    /// What a look at the proposal has found.
    private struct Look: Codable, Sendable {
        let state: String
        /// Until the vote ends; 0 when it has.
        let secondsLeft: Double
    }

    var workflow: Workflow<Input, String> {
        Workflow(Self.name) { input, flow in
            for look in 1...Self.looksMax {
                let found = try await flow.step("look-\(look)") { try await self.look(at: input.proposal) }
                guard found.state == ProposalState.voting.rawValue, found.secondsLeft > 0 else { break }
                do {
                    _ = try await flow.signal(
                        Self.ended,
                        as: String.self,
                        // Just behind the end, so that the next look finds it over.
                        within: .milliseconds(Int64(found.secondsLeft * 1000) + 50)
                    )
                } catch let failure as StepFailure where failure.reason == .timedOut {
                    continue
                }
            }
            let state = try await flow.step("decide", policy: Self.patient) {
                let record = try await desk.decide(input.proposal)
                guard record.state != .voting else { throw GovernanceError.busy }
                return record.state.rawValue
            }
            _ = try await flow.step("anchor", policy: Self.patient) { try await anchoring.anchor(input.proposal) }
            guard state == ProposalState.passed.rawValue else { return state }
            let wait = try await flow.step("delay") { try await self.secondsToExecution(of: input.proposal) }
            if wait > 0 { try await flow.sleep("hold", .milliseconds(Int64(wait * 1000) + 50)) }
            return try await flow.step("execute", policy: Self.patient) { try await self.execute(input.proposal) }
        }
    }

    /// Brings a result to the chain once more, when an operator wants it.
    var anchorWorkflow: Workflow<Input, String> {
        Workflow(Self.anchorName) { input, flow in
            try await flow.step("anchor", policy: Self.patient) { try await anchoring.anchor(input.proposal) }
        }
    }

    /// Begins that, unless it is under way.
    func anchorAgain(_ proposal: UUIDv7) async throws {
        try await workflows.start(
            WorkflowStart(anchorWorkflow, Input(proposal: proposal), uniqueKey: proposal.description)
        )
    }

    /// What the database or a chain refuses now it may grant later: hours rather than seconds.
    private static var patient: StepPolicy {
        var policy = StepPolicy.standard
        policy.attemptsMax = 40
        policy.timeout = .seconds(600)
        return policy
    }

    /// Begins with the proposal, in the transaction that opens it.
    @Sendable
    func begin(_ transaction: inout Transaction, _ record: ProposalRecord) throws {
        try transaction.start(WorkflowStart(workflow, Input(proposal: record.id), id: record.id))
    }

    /// Says that voting has ended before its time.
    func noteEnd(of proposal: UUIDv7) async throws {
        try await workflows.signal(proposal, Self.ended, "early", messageID: "early")
    }

    // MARK: Steps

    private func look(at id: UUIDv7) async throws -> Look {
        let record = try await desk.proposal(id)
        let left = desk.now().duration(to: record.life.window.closesAt) / .seconds(1)
        return Look(state: record.state.rawValue, secondsLeft: max(0, left))
    }

    private func secondsToExecution(of id: UUIDv7) async throws -> Double {
        let record = try await desk.proposal(id)
        guard let time = record.life.executableAt(record.rules) else { return 0 }
        return max(0, desk.now().duration(to: time) / .seconds(1))
    }

    /// Carries out what has passed, unless the council has objected meanwhile.
    ///
    /// A proposal is a text so far: what it asks for is done by people, and the station's part is over when the delay is.
    private func execute(_ id: UUIDv7) async throws -> String {
        let now = desk.now()
        do throws(GovernanceError) {
            _ = try await desk.change(id) { life, rules throws(ProposalRefusal) in
                try life.beginExecution(rules, at: now)
            }
            return try await desk.change(id) { life, _ throws(ProposalRefusal) in
                try life.endExecution(succeeded: true)
            }.state.rawValue
        } catch {
            let state = try await desk.proposal(id).state
            // Begun by an attempt that did not come to its end.
            if state == .executing {
                return try await desk.change(id) { life, _ throws(ProposalRefusal) in
                    try life.endExecution(succeeded: true)
                }.state.rawValue
            }
            guard case .refused = error, state != .passed else { throw error }
            return state.rawValue
        }
    }
}
