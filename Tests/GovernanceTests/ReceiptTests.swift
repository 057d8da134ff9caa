import Bus
import FoundationEssentials
import Governance
import Testing

@Suite struct ReceiptTests {
    private static let proposal = UUIDv7(milliseconds: 1_700_000_000_000, counter: 1, random: 2)
    private static let wallet = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"

    private func receipt(
        sequence: UInt64 = 0,
        voter: String = wallet,
        chain: String = "solana",
        choice: String = "rank:2,0",
        signature: String = "c2lnbmF0dXJl"
    ) throws -> BallotReceipt {
        try BallotReceipt(
            proposal: Self.proposal,
            sequence: sequence,
            voter: voter,
            chain: chain,
            choice: try Choice(parsing: choice),
            weight: .max,
            carried: 17,
            textHash: Digest(of: Array("abc".utf8)),
            signature: signature
        )
    }

    private func text(
        domain: String = "radio.example",
        chain: String = "solana",
        wallet: String = wallet,
        nonce: String = "abcd1234",
        until end: Int64 = 300
    ) throws -> BallotText {
        try BallotText(
            domain: domain,
            chain: chain,
            wallet: wallet,
            proposal: Self.proposal,
            proposalHash: Digest(of: []),
            choice: .basic(.yes),
            nonce: nonce,
            issuedAt: Timestamp(seconds: 0),
            expiresAt: Timestamp(seconds: end)
        )
    }

    @Test func `a receipt is lines in a fixed order`() throws {
        let expected = """
            cryptocall-ballot-receipt: 1
            proposal: 018bcfe5-6800-7001-8000-000000000002
            sequence: 12
            voter: TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA
            chain: solana
            choice: rank:2,0
            weight: 18446744073709551615
            carried: 17
            text-sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
            signature: c2lnbmF0dXJl

            """
        let receipt = try receipt(sequence: 12)
        #expect(String(decoding: receipt.bytes, as: UTF8.self) == expected)
        #expect(receipt.leaf == MerkleTree.leaf(receipt.bytes))
    }

    @Test func `no field of a receipt can add a line`() {
        for bad in ["", "a\nweight: 9", "a b", "\u{E9}", "a\r", String(repeating: "x", count: 129)] {
            #expect(throws: BallotTextError.self) { try receipt(voter: bad) }
        }
        #expect(throws: BallotTextError.self) { try receipt(chain: "sol\n") }
        #expect(throws: BallotTextError.self) { try receipt(signature: String(repeating: "x", count: 257)) }
    }

    @Test func `anybody can check that a ballot was counted, in its place and as it was`() throws {
        let receipts = try (0..<9).map { try receipt(sequence: $0) }
        let tree = MerkleTree(leaves: receipts.map(\.leaf))
        for receipt in receipts {
            let proof = try #require(tree.proof(at: receipt.sequence))
            #expect(receipt.isCounted(in: tree.root, proof))
            let bytes = try JSONEncoder().encode(proof)
            let read = try JSONDecoder().decode(MerkleProof.self, from: bytes)
            #expect(read == proof)
        }
        let proof = try #require(tree.proof(at: 3))
        let changed = try receipt(sequence: 3, choice: "rank:0,2")
        #expect(!changed.isCounted(in: tree.root, proof) && !receipts[4].isCounted(in: tree.root, proof))
        // A receipt of another place in this one's.
        let moved = MerkleTree(leaves: [receipts[1].leaf, receipts[0].leaf])
        let other = try #require(moved.proof(at: 0))
        #expect(other.verify(receipts[1].leaf, in: moved.root) && !receipts[1].isCounted(in: moved.root, other))
    }

    @Test func `the text to sign says who asks, what for, and that it costs nothing`() throws {
        let expected = """
            radio.example asks you to vote with this solana wallet. Signing costs nothing and allows no payment.

            Wallet: TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA
            Proposal: 018bcfe5-6800-7001-8000-000000000002
            Proposal hash: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
            Choice: yes
            Nonce: abcd1234
            Issued at: 1970-01-01T00:00:00.000000Z
            Expires at: 1970-01-01T00:05:00.000000Z
            """
        let text = try text()
        #expect(text.text == expected && text.hash == Digest(of: Array(expected.utf8)))
        #expect(text.matches(expected) && !text.matches(expected + "\n"))
        #expect(!text.matches(expected.replacing("Choice: yes", with: "Choice: no")))
    }

    @Test func `two texts that Swift calls equal are not the same text`() throws {
        let text = try text()
        // U+212A is the sign for kelvin, which is canonically a K.
        let lookalike = text.text.replacing(
            "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
            with: "TokenkegQfeZyiNwAJbNbG\u{212A}PFXCWuBvf9Ss623VQ5DA"
        )
        #expect(lookalike == text.text && !text.matches(lookalike))
    }

    @Test func `a field that could bring a line of its own is refused`() {
        func field(_ make: () throws -> BallotText) -> String? {
            do {
                _ = try make()
                return nil
            } catch {
                return (error as? BallotTextError)?.field
            }
        }
        #expect(field { try text() } == nil)
        #expect(field { try text(domain: "a\nChoice: no") } == "domain" && field { try text(domain: "") } == "domain")
        #expect(field { try text(chain: "so\u{7}l") } == "chain" && field { try text(wallet: "a b") } == "wallet")
        #expect(
            field { try text(wallet: "a\u{2028}b") } == "wallet" && field { try text(wallet: "a\u{202E}b") } == "wallet"
        )
        #expect(field { try text(nonce: "abcd123") } == "nonce" && field { try text(nonce: "abcd-1234") } == "nonce")
        #expect(field { try text(until: 0) } == "expiresAt")
    }
}
