import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceBench {
    /// What holds after every check: ballots, the sums beside them and the log say the same.
    func checkBooks() async throws {
        let told = try await events(Domain.BallotCast.self)
        var count = 0
        for proposal in try await desk.proposals(limit: 200) {
            let ballots = try await ballots(proposal)
            count += ballots.count
            #expect(ballots.map(\.sequence) == Array(0..<ballots.count))
            #expect(proposal.ballotCount == ballots.count)
            #expect(proposal.castWeight == ballots.reduce(0) { $0 + $1.weight })
            #expect(Set(ballots.map(\.voter)).count == ballots.count)
            let own = told.filter { $0.proposal == proposal.id }
            #expect(own.map(\.sequence) == ballots.map(\.sequence))
            #expect(own.map(\.voter) == ballots.map(\.voter))
            #expect(own.map(\.choice) == ballots.map(\.choice.text))
            #expect(own.map(\.weight) == ballots.map { String($0.weight) })
            try await checkSides(proposal, ballots)
        }
        #expect(told.count == count)
        let entries = try await desk.treasuryEntries(limit: 200)
        let sums = entries.reduce(into: [:]) {
            $0["\($1.party) \($1.holder) \($1.currency)", default: Int64(0)] += $1.amount
        }
        let balances = try await desk.balances().map { ("\($0.party) \($0.holder) \($0.currency)", $0.amount) }
        #expect(Dictionary(uniqueKeysWithValues: balances) == sums.filter { $0.value != 0 })
        #expect(sums.values.allSatisfy { $0 >= 0 })
    }

    /// The running sums by which a vote ends early.
    private func checkSides(_ proposal: ProposalRecord, _ ballots: [CastBallot]) async throws {
        let row = try await store.query(
            "SELECT yes_weight, no_weight, state, closes_at FROM proposal WHERE id = ?1",
            [SQLValue(proposal.id)]
        ).first
        func sum(_ answer: Choice.Answer) -> Int {
            ballots.filter { $0.choice == .basic(answer) }.reduce(0) { $0 + Int($1.weight) }
        }
        #expect(row?[0].int == sum(.yes) && row?[1].int == sum(.no))
        #expect(row?[2].text == proposal.state.rawValue && row?[3].time == proposal.life.window.closesAt)
    }
}
