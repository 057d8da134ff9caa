import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    /// What ballots of one voting system come to, worked out by hand.
    private struct Sample {
        let system: VotingSystem
        /// By weight.
        let ballots: [(UInt64, String)]
        let totals: [UInt128]
        let winner: Int
    }

    private static let rankings: [(UInt64, String)] = [(4, "rank:0,1,2"), (3, "rank:1,0,2"), (2, "rank:2,1,0")]

    private static let samples = [
        Sample(
            system: .approval,
            ballots: [(5, "approve:0,1"), (3, "approve:1")],
            totals: [5, 8, 0],
            winner: 1
        ),
        Sample(
            system: .weighted,
            ballots: [(10, "shares:0=6000,2=4000"), (5, "shares:1=10000")],
            totals: [60_000, 50_000, 40_000],
            winner: 0
        ),
        Sample(
            system: .quadratic,
            // In thousandths of a root: of 100, and two of 36.
            ballots: [(100, "shares:0=10000"), (36, "shares:1=10000"), (36, "shares:1=10000")],
            totals: [10_000, 12_000, 0],
            winner: 1
        ),
        // Two are out first, and are then for one.
        Sample(system: .ranked, ballots: rankings, totals: [4, 3, 2], winner: 1),
        // One beats both others, nought beats two.
        Sample(system: .copeland, ballots: rankings, totals: [2, 4, 0], winner: 1),
    ]

    static let counting = [
        Check(name: "each voting system's ballots come to what they do by hand") { bench in
            for sample in samples {
                let wallets = sample.ballots.enumerated().map { ("w-\($0)", $1.0) }
                let holders = Dictionary(uniqueKeysWithValues: wallets)
                var draft = GovernanceBench.draft("By \(sample.system.rawValue)")
                (draft.system, draft.options) = (sample.system, ["Jazz", "Rock", "News"])
                let proposal = try await bench.desk.open(draft, on: GovernanceBench.reading(holders))
                for (number, ballot) in sample.ballots.enumerated() {
                    try await bench.vote(proposal, "w-\(number)", ballot.1)
                }
                try await bench.close(proposal)
                let decided = try await bench.desk.decide(proposal.id)
                #expect(decided.state == .passed && decided.result?.leaders == [sample.winner])
                #expect(decided.result?.totals.map(\.units) == sample.totals, "\(sample.system)")
                let stored = try await bench.ballots(proposal)
                #expect(stored.map(\.choice.text) == sample.ballots.map(\.1))
            }
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.map(\.winner) == samples.map { ["Jazz", "Rock", "News"][$0.winner] })
        },
        Check(name: "thousands of ballots and holders are counted page by page", writesBooks: true) { bench in
            // One more than a page of each; the ballots are put there by hand, as casting so many takes long.
            let names = (0..<10_001).map { "w-\(10_000 + $0)" }
            let holders = names.reduce(into: [:]) { $0[$1] = UInt64(2) }
            let proposal = try await bench.open(holders)
            let place = [SQLValue(proposal.id), SQLValue(proposal.snapshot.id)]
            let hash = String(repeating: "0", count: 64)
            _ = try await bench.store.commit(by: Incarnation(of: "test")) { transaction in
                try transaction.execute(
                    SQL(
                        stringLiteral: """
                            INSERT INTO ballot SELECT ?1, row_number() OVER (ORDER BY owner) - 1, owner, 'no', weight,
                            'plain', 'nonce12345', 1, 2, 'signature', '\(hash)', 1
                            FROM token_snapshot_holder WHERE snapshot_id = ?2 ORDER BY owner LIMIT 5001
                            """
                    ),
                    place
                )
                try transaction.execute(
                    """
                    UPDATE token_snapshot_holder SET delegate = 'w-15000' WHERE snapshot_id = ?1 AND owner > 'w-15000'
                    """,
                    [place[1]]
                )
                try transaction.execute(
                    "UPDATE proposal SET ballots = 5001, cast_weight = 10002 WHERE id = ?1",
                    [place[0]]
                )
            }
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.result?.ballotCount == 5001 && decided.ballotsRoot?.leafCount == 5001)
            #expect(decided.result?.castWeight.units == 20_002 && decided.state == .rejected)
            // The last of them carries all who have not voted.
            let (receipt, proof, root) = try await bench.desk.receipt(of: "w-15000", in: proposal.id)
            #expect(receipt.sequence == 5000 && receipt.weight == 2 && receipt.carried == 10_000)
            let (found, published) = (try #require(proof), try #require(root))
            #expect(published == decided.ballotsRoot && receipt.isCounted(in: published, found))
        },
    ]
}
