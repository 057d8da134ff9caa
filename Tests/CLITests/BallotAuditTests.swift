import Bus
import Chains
import CryptoCallClient
import Foundation
import Governance
import JSON
import Testing

@testable import CLI

/// A proposal that is counted again from its ballots.
@Suite struct BallotAuditTests {
    private static let proposal = UUIDv7(high: 0x0190_a5c0_0000_7000, low: 0x8000_0000_0000_0001)
    private static let domain = "station.example"
    private static let document = """
        {"options":["yes","no","abstain"],"rules":{"system":"basic"},"snapshot":{"chain":"solana"}}
        """

    private struct Vote {
        var choice: String
        var weight: String
        /// What is told instead of the choice that was signed.
        var told: String?
    }

    /// The ballots as the station tells them, each signed by a wallet of its own; and the root over them.
    private static func ballots(_ votes: [Vote]) throws -> (shown: BallotsShown, root: String) {
        var (rows, tree): ([JSONValue], MerkleAccumulator) = ([], MerkleAccumulator())
        let issued = Timestamp(seconds: 1_800_000_000)
        let expires = issued.advanced(by: .seconds(600))
        for (place, vote) in votes.enumerated() {
            let key = try Ed25519.SigningKey([UInt8](repeating: UInt8(place + 1), count: 32))
            let wallet = key.publicKey.description
            let text = try BallotText(
                domain: domain,
                chain: "solana",
                wallet: wallet,
                proposal: proposal,
                proposalHash: Digest(of: Array(document.utf8)),
                choice: Choice(parsing: vote.choice),
                nonce: "nonce\(place)nonce",
                issuedAt: issued,
                expiresAt: expires
            )
            let signature = key.sign(Array(text.text.utf8)).description
            let receipt = try BallotReceipt(
                proposal: proposal,
                sequence: UInt64(place),
                voter: wallet,
                chain: "solana",
                choice: Choice(parsing: vote.choice),
                weight: UInt64(vote.weight) ?? 0,
                carried: 0,
                textHash: text.hash,
                signature: signature
            )
            tree.add(receipt.leaf)
            rows.append([
                "sequence": .int(Int64(place)), "voter": .string(wallet), "choice": .string(vote.told ?? vote.choice),
                "weight": .string(vote.weight), "carried": "0", "nonce": .string("nonce\(place)nonce"),
                "issuedAt": .string("\(issued)"), "expiresAt": .string("\(expires)"),
                "signature": .string(signature), "form": "plain", "textHash": .string(text.hash.description),
            ])
        }
        let shown: JSONValue = ["domain": .string(domain), "ballots": .array(rows)]
        return (
            try JSONDecoder().decode(BallotsShown.self, from: Data(shown.bytes)), tree.root.hash.description
        )
    }

    private static func shown(_ count: Int, totals: [String], root: String) throws -> ProposalShown {
        let shown: JSONValue = [
            "id": .string(proposal.description), "title": "t", "creator": "c", "system": "basic",
            "options": ["yes", "no", "abstain"], "state": "passed", "opensAt": "", "closesAt": "",
            "ballots": .int(Int64(count)), "castWeight": "0", "quorumWeight": "0", "supply": "100", "decimals": 6,
            "token": "m", "chain": "solana", "slot": "1", "totals": .array(totals.map { .string($0) }),
            "document": .string(document),
            "documentHash": .string(Digest(of: Array(document.utf8)).description), "ballotsRoot": .string(root),
        ]
        return try JSONDecoder().decode(ProposalShown.self, from: Data(shown.bytes))
    }

    private static func audit(
        _ votes: [Vote],
        totals: [String],
        root told: String? = nil,
        known: String? = nil
    ) throws -> BallotAudit {
        let (ballots, root) = try ballots(votes)
        let shown = try shown(votes.count, totals: totals, root: told ?? root)
        var audit = try BallotAudit(shown, wallet: nil)
        audit.add(ballots)
        _ = audit.finish(shown, root: known)
        return audit
    }

    private static let honest = [
        Vote(choice: "yes", weight: "30"), Vote(choice: "no", weight: "12"), Vote(choice: "yes", weight: "5"),
    ]

    @Test func `what is honest agrees`() throws {
        let audit = try Self.audit(Self.honest, totals: ["35", "12", "0"])
        #expect(audit.problems == [])
        #expect(audit.ballotCount == 3)
    }

    @Test func `a choice that was not signed is found, and so are other totals and another root`() throws {
        var votes = Self.honest
        votes[1].told = "yes"
        let changed = try Self.audit(votes, totals: ["47", "0", "0"])
        #expect(changed.problems.contains { $0.hasPrefix("ballot 1: its text is not the one") })
        #expect(changed.problems.contains { $0.hasPrefix("ballot 1: the signature does not belong") })
        #expect(changed.problems.contains { $0.hasPrefix("the ballots' root is") })
        let totals = try Self.audit(Self.honest, totals: ["36", "12", "0"])
        #expect(totals.problemCount == 1)
        let root = String(repeating: "0", count: 64)
        let told = try Self.audit(Self.honest, totals: ["35", "12", "0"], root: root)
        #expect(told.problemCount == 1)
        let known = try Self.audit(Self.honest, totals: ["35", "12", "0"], known: root)
        #expect(known.problemCount == 1)
    }

    @Test func `a wallet that has voted twice is found`() throws {
        let (ballots, root) = try Self.ballots([Self.honest[0]])
        let shown = try Self.shown(2, totals: ["60", "0", "0"], root: root)
        var audit = try BallotAudit(shown, wallet: ballots.ballots[0].voter)
        audit.add(ballots)
        audit.add(ballots)
        #expect(audit.found != nil)
        #expect(audit.problems.contains { $0.contains("has voted twice") })
    }
}
