package import Bus

/// What was counted for one ballot: a leaf of the tree whose root is published at the close.
///
/// Made at the close, since only then it is known whose weight a voter carries. With it, its proof and the root anybody
/// can check that the ballot was counted, and as what; with all of them anybody can count again.
package struct BallotReceipt: Hashable, Sendable {
    package let proposal: UUIDv7
    /// The place in the proposal's ballots, from 0 and without gaps: the index of the leaf.
    package let sequence: UInt64
    package let voter: String
    package let chain: String
    package let choice: Choice
    /// The voter's own, in base units at the snapshot.
    package let weight: UInt64
    /// What the voter carries for others besides, in base units.
    package let carried: UInt64
    /// SHA-256 of the text that the wallet signed.
    package let textHash: Digest
    /// As the wallet gave it, in the chain's usual writing.
    package let signature: String

    /// - Throws: `BallotTextError` for a voter, chain or signature that is no single word, which could add lines.
    package init(
        proposal: UUIDv7,
        sequence: UInt64,
        voter: String,
        chain: String,
        choice: Choice,
        weight: UInt64,
        carried: UInt64,
        textHash: Digest,
        signature: String
    ) throws(BallotTextError) {
        try BallotTextError.check([("voter", voter, 128), ("chain", chain, 32), ("signature", signature, 256)])
        self.proposal = proposal
        self.sequence = sequence
        self.voter = voter
        self.chain = chain
        self.choice = choice
        self.weight = weight
        self.carried = carried
        self.textHash = textHash
        self.signature = signature
    }

    /// The canonical form: UTF-8, one field a line in this order, each line ended by a line feed.
    package var bytes: [UInt8] {
        let text = """
            cryptocall-ballot-receipt: 1
            proposal: \(proposal)
            sequence: \(sequence)
            voter: \(voter)
            chain: \(chain)
            choice: \(choice.text)
            weight: \(weight)
            carried: \(carried)
            text-sha256: \(textHash)
            signature: \(signature)

            """
        return Array(text.utf8)
    }

    /// Its leaf in the tree.
    package var leaf: Digest { MerkleTree.leaf(bytes) }

    /// Whether a proof shows that this ballot was counted, in its place.
    ///
    /// - Parameters:
    ///   - root: as published.
    ///   - proof: from whoever has the leaves.
    /// - Returns: not with a proof for another place.
    package func isCounted(in root: MerkleRoot, _ proof: MerkleProof) -> Bool {
        proof.index == sequence && proof.verify(leaf, in: root)
    }
}
