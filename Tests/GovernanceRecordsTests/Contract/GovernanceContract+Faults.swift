import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let faults = [
        Check(name: "ballots that the database fails are nobody's: none is there, none is told, none is acknowledged") {
            bench in
            let proposal = try await bench.open(["w-ann": 10, "w-bob": 20, "w-cy": 30], supply: 1000)
            try await bench.vote(proposal, "w-cy")
            // The last thing that a batch does to the database.
            try await bench.breakUpdates(of: "proposal")
            let (first, second) = (try bench.ballot(proposal, "w-ann"), try bench.ballot(proposal, "w-bob"))
            let outcomes = await withTaskGroup(of: Refusal?.self) { group in
                for ballot in [first, second] {
                    group.addTask { await refusal { _ = try await bench.desk.cast(ballot) } }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count == 2 && outcomes.allSatisfy { $0?.isOfStore == true })
            let stored = try await bench.ballots(proposal)
            #expect(stored.map(\.voter) == ["w-cy"])
            let told = try await bench.events(Domain.BallotCast.self)
            #expect(told.count == 1)
            try await bench.mendUpdates(of: "proposal")
            let cast = try await bench.desk.cast(first)
            #expect(cast.sequence == 1)
        },
        Check(name: "a decision, a delegation and a payment that the database fails have not been") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 100)
            try await bench.vote(proposal, "w-ann")
            try await bench.close(proposal)
            for table in ["proposal", "vote_delegation", "treasury_entry", "chain_anchor"] {
                try await bench.breakUpdates(of: table)
            }
            let actions: [() async throws -> Void] = [
                { _ = try await bench.desk.decide(proposal.id) },
                { _ = try await bench.delegate("w-ann", to: "w-bob", nonce: "n1") },
                { _ = try await bench.desk.enter(bench.income(10, cause: "sale:1")) },
                { try await bench.desk.save(ChainAnchor(waiting: "memo", of: proposal.id, at: bench.time.now)) },
                { _ = try await bench.desk.change(proposal.id) { _, _ in } },
            ]
            for action in actions { #expect(await refusal(of: action)?.isOfStore == true) }
            let (decided, funded, delegated) = (
                try await bench.events(ProposalOutcomeDecided.self), try await bench.events(TreasuryFunded.self),
                try await bench.events(VoteDelegated.self)
            )
            #expect(decided.isEmpty && funded.isEmpty && delegated.isEmpty)
            let still = try await bench.desk.proposal(proposal.id)
            #expect(still.state == .voting && still.result == nil)
            for table in ["proposal", "vote_delegation", "treasury_entry", "chain_anchor"] {
                try await bench.mendUpdates(of: table)
            }
            for action in actions { #expect(await refusal(of: action) == nil) }
        },
        Check(name: "a store that is closed is said to be so, whatever is asked", writesBooks: true) { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 100)
            let ballot = try bench.ballot(proposal, "w-ann")
            // So that what never changes is known, and only the writing is left.
            _ = try await bench.desk.ballotText(for: proposal.id, wallet: "w-ann", choice: "yes", nonce: "nonce12345")
            await bench.store.close()
            let outcomes = [
                await refusal { _ = try await bench.desk.cast(ballot) },
                await refusal { _ = try await bench.open(["w-ann": 1], title: "Rock at noon") },
                await refusal { _ = try await bench.desk.enter(bench.income(10, cause: "sale:1")) },
            ]
            #expect(outcomes == [.store(.closed), .store(.closed), .store(.closed)])
            let again = try await bench.reopen()
            let count = try await again.query("SELECT count(*) FROM ballot").first?[0].int
            #expect(count == 0)
            await again.close()
        },
    ]
}

extension GovernanceBench {
    /// Has the database refuse every change to a table.
    func breakUpdates(of table: String) async throws {
        for verb in ["INSERT", "UPDATE"] {
            try await store.run(
                SQL(
                    sqlite: """
                        CREATE TRIGGER test_\(verb)_\(table) BEFORE \(verb) ON \(table)
                        BEGIN SELECT RAISE(ABORT, 'broken'); END
                        """,
                    postgres: """
                        CREATE TRIGGER test_\(verb)_\(table) BEFORE \(verb) ON \(table)
                        FOR EACH ROW EXECUTE FUNCTION ballot_guard()
                        """
                )
            )
        }
    }

    /// Has it take them again.
    func mendUpdates(of table: String) async throws {
        for verb in ["INSERT", "UPDATE"] {
            let name = "test_\(verb)_\(table)"
            try await store.run(SQL(sqlite: "DROP TRIGGER \(name)", postgres: "DROP TRIGGER \(name) ON \(table)"))
        }
    }
}
