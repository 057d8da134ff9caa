import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let carrying = [
        Check(name: "who votes carries those who have them vote and do not vote themselves") { bench in
            // Ann and Bob by Cy; Fay votes herself; Dan and Eve by each other; Gus by Hal, who does not vote; Joe by
            // Iva, who has nothing of her own.
            let delegates = [
                ("w-ann", "w-bob"), ("w-bob", "w-cy"), ("w-fay", "w-cy"), ("w-dan", "w-eve"), ("w-eve", "w-dan"),
                ("w-gus", "w-hal"), ("w-joe", "w-iva"),
            ]
            for (wallet, delegate) in delegates { try await bench.delegate(wallet, to: delegate, nonce: "n1") }
            let holders: [String: UInt64] = [
                "w-ann": 10, "w-bob": 20, "w-cy": 5, "w-dan": 7, "w-eve": 3, "w-fay": 8, "w-gus": 50, "w-hal": 1,
                "w-joe": 4,
            ]
            let proposal = try await bench.open(holders, supply: 400)
            for (wallet, choice) in [("w-cy", "yes"), ("w-fay", "no"), ("w-iva", "abstain")] {
                try await bench.vote(proposal, wallet, choice)
            }
            let open = try await bench.desk.proposal(proposal.id)
            let early = try await bench.desk.carried(of: open)
            #expect(early == nil && open.castWeight == 13)
            let standing = try await bench.desk.standing(of: open)
            #expect(standing.totals.map(\.units) == [35, 8, 4])
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.result == standing && decided.state == .passed)
            // With their own 13 it would have been no quorum.
            #expect(decided.result?.castWeight.units == 47 && decided.life.outcome?.quorumWeight.units == 40)
            let carried = try await bench.desk.carried(of: decided)
            #expect(carried == ["w-cy": 30, "w-fay": 0, "w-iva": 4])
            var receipts: [BallotReceipt] = []
            for voter in ["w-cy", "w-fay", "w-iva"] {
                receipts.append(try await bench.desk.receipt(of: voter, in: proposal.id).receipt)
            }
            #expect(receipts.map(\.carried) == [30, 0, 4] && receipts.map(\.weight) == [5, 8, 0])
            #expect(decided.ballotsRoot == MerkleTree(leaves: receipts.map(\.leaf)).root)
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.map(\.castWeight) == ["47"])
        },
        Check(name: "one who votes out of a circle carries the rest of it") { bench in
            for (wallet, delegate) in [("w-ann", "w-bob"), ("w-bob", "w-cy"), ("w-cy", "w-ann")] {
                try await bench.delegate(wallet, to: delegate, nonce: "n1")
            }
            let proposal = try await bench.open(["w-ann": 10, "w-bob": 20, "w-cy": 30], supply: 100)
            try await bench.vote(proposal, "w-bob", "no")
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.result?.castWeight.units == 60 && decided.state == .rejected)
            let carried = try await bench.desk.carried(of: decided)
            #expect(carried == ["w-bob": 40])
        },
        Check(name: "a delegate for whom everybody has voted themselves counts for nothing, and has a receipt") {
            bench in
            try await bench.delegate("w-ann", to: "w-cy", nonce: "n1")
            let proposal = try await bench.open(["w-ann": 10, "w-bob": 20], supply: 100)
            try await bench.vote(proposal, "w-cy", "no")
            try await bench.vote(proposal, "w-ann")
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.result?.ballotCount == 1 && decided.result?.totals.map(\.units) == [10, 0, 0])
            #expect(decided.ballotsRoot?.leafCount == 2 && decided.ballotCount == 2)
            let (receipt, proof, root) = try await bench.desk.receipt(of: "w-cy", in: proposal.id)
            #expect(receipt.weight == 0 && receipt.carried == 0)
            let (found, published) = (try #require(proof), try #require(root))
            #expect(receipt.isCounted(in: published, found))
        },
        Check(name: "carried weight does not end a vote early, since each of them may still vote") { bench in
            for wallet in ["w-ann", "w-bob"] { try await bench.delegate(wallet, to: "w-cy", nonce: "n1") }
            let proposal = try await bench.open(["w-ann": 40, "w-bob": 40, "w-cy": 20])
            let cast = try await bench.vote(proposal, "w-cy")
            #expect(!cast.endsVoting)
            let first = try await bench.vote(proposal, "w-ann", "no")
            #expect(!first.endsVoting)
            let second = try await bench.vote(proposal, "w-bob", "no")
            #expect(second.endsVoting)
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided.state == .rejected && decided.result?.totals.map(\.units) == [20, 80, 0])
        },
    ]
}
