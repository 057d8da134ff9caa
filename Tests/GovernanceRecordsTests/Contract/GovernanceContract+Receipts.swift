import Bus
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let receipts = [
        Check(name: "each receipt is proved by the root, and nothing that differs from it is") { bench in
            try await bench.delegate("w-6", to: "w-1", nonce: "n1")
            let holders = (0..<7).reduce(into: [:]) { $0["w-\($1)"] = UInt64(10 + $1) }
            let proposal = try await bench.open(holders, supply: 1000)
            for number in 0..<6 { try await bench.vote(proposal, "w-\(number)", number == 2 ? "no" : "yes") }
            let early = try await bench.desk.receipt(of: "w-1", in: proposal.id)
            #expect(early.proof == nil && early.root == nil && early.receipt.sequence == 1)
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            let published = try #require(decided.ballotsRoot)
            for number in 0..<6 {
                let (receipt, proof, root) = try await bench.desk.receipt(
                    of: "W-\(number)".lowercased(),
                    in: proposal.id
                )
                let found = try #require(proof)
                #expect(root == published && receipt.isCounted(in: published, found))
                #expect(receipt.weight == UInt64(10 + number) && receipt.carried == (number == 1 ? 16 : 0))
                let forged = [
                    try forge(receipt, choice: "abstain"), try forge(receipt, weight: receipt.weight + 1),
                    try forge(receipt, carried: receipt.carried + 1), try forge(receipt, voter: "w-eve"),
                    try forge(receipt, signature: "other"),
                    try forge(receipt, sequence: (receipt.sequence + 1) % 6),
                ]
                #expect(forged.allSatisfy { !$0.isCounted(in: published, found) })
                let wrong = MerkleRoot(leafCount: 6, hash: Digest(of: [1]))
                #expect(!receipt.isCounted(in: wrong, found))
                let short = MerkleProof(index: found.index, leafCount: 6, path: found.path.dropLast())
                #expect(!receipt.isCounted(in: published, short))
            }
        },
        Check(name: "many who ask for their receipts at once get their own, each") { bench in
            let holders = (0..<20).reduce(into: [:]) { $0["w-\($1)"] = UInt64(10 + $1) }
            let proposal = try await bench.open(holders, supply: 1000)
            for number in 0..<20 { try await bench.vote(proposal, "w-\(number)") }
            try await bench.close(proposal)
            let decided = try await bench.desk.decide(proposal.id)
            let published = try #require(decided.ballotsRoot)
            let counted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let (receipt, proof, _) = try await bench.desk.receipt(of: "w-\(number)", in: proposal.id)
                        let isOwn = receipt.voter == "w-\(number)" && receipt.weight == UInt64(10 + number)
                        return isOwn && proof.map { receipt.isCounted(in: published, $0) } == true
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(counted == 20)
        },
        Check(name: "the receipt is of what the wallet signed, also in another writing of its address") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 100)
            let cast = try await bench.vote(proposal, "w-ann")
            try await bench.close(proposal)
            _ = try await bench.desk.decide(proposal.id)
            let (receipt, proof, _) = try await bench.desk.receipt(of: "w-ANN", in: proposal.id)
            #expect(receipt.textHash == cast.signedHash && receipt.signature == cast.signature)
            #expect(
                receipt.proposal == proposal.id && receipt.chain == PlainWallets.chain && proof?.path.isEmpty == true
            )
            let nobody = await refusal { _ = try await bench.desk.receipt(of: "w-bob", in: proposal.id) }
            #expect(nobody == .notFound("ballot"))
            let nowhere = await refusal { _ = try await bench.desk.receipt(of: "w-ann", in: UUIDv7(high: 1, low: 1)) }
            #expect(nowhere == .notFound("proposal"))
        },
    ]

    /// A receipt that says something else.
    private static func forge(
        _ receipt: BallotReceipt,
        choice: String? = nil,
        weight: UInt64? = nil,
        carried: UInt64? = nil,
        voter: String? = nil,
        signature: String? = nil,
        sequence: UInt64? = nil
    ) throws -> BallotReceipt {
        try BallotReceipt(
            proposal: receipt.proposal,
            sequence: sequence ?? receipt.sequence,
            voter: voter ?? receipt.voter,
            chain: receipt.chain,
            choice: try choice.map { try Choice(parsing: $0) } ?? receipt.choice,
            weight: weight ?? receipt.weight,
            carried: carried ?? receipt.carried,
            textHash: receipt.textHash,
            signature: signature ?? receipt.signature
        )
    }
}
