package import Bus
package import Governance

/// A vote as it comes in.
package struct BallotSubmission: Hashable, Sendable {
    package let proposal: UUIDv7
    package let wallet: String
    /// As the choice's own text.
    package let choice: String
    package let nonce: String
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp
    package let signature: String
    /// As `SignedClaim.form`.
    package let form: String

    package init(
        proposal: UUIDv7,
        wallet: String,
        choice: String,
        nonce: String,
        issuedAt: Timestamp,
        expiresAt: Timestamp,
        signature: String,
        form: String = "plain"
    ) {
        self.proposal = proposal
        self.wallet = wallet
        self.choice = choice
        self.nonce = nonce
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.signature = signature
        self.form = form
    }
}

/// A ballot that is written down.
package struct CastBallot: Hashable, Sendable {
    package let proposal: UUIDv7
    /// The place among the proposal's ballots, from 0 and without gaps.
    package let sequence: Int
    package let voter: String
    package let choice: Choice
    /// The voter's own, in base units.
    package let weight: UInt64
    package let form: String
    package let nonce: String
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp
    package let signature: String
    /// SHA-256 of the text that was signed.
    package let signedHash: Digest
    package let castAt: Timestamp
    /// Whether voting has ended by it, since nothing to come could change the outcome; only told when it is cast.
    package var endsVoting = false

    /// What proves that it was counted.
    ///
    /// - Parameters:
    ///   - chain: of the proposal's token.
    ///   - carried: what the voter carries for others, known once the vote has ended.
    /// - Returns: the receipt.
    /// - Throws: `BallotTextError` for a stored field that cannot stand in one.
    package func receipt(chain: String, carried: UInt64) throws(BallotTextError) -> BallotReceipt {
        try BallotReceipt(
            proposal: proposal,
            sequence: UInt64(sequence),
            voter: voter,
            chain: chain,
            choice: choice,
            weight: weight,
            carried: carried,
            textHash: signedHash,
            signature: signature
        )
    }
}
