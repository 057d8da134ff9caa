package import Bus

/// The text that a wallet signs to vote.
///
/// It is built from what was issued and from the vote, and compared with what was signed by being built again; it is
/// never read, so nothing in it can pass for something else.
package struct BallotText: Hashable, Sendable {
    /// To be signed as it stands, without a line feed at its end.
    package let text: String

    /// - Parameters:
    ///   - domain: who asks.
    ///   - chain: the wallet's, `solana` for example.
    ///   - wallet: its address.
    ///   - proposal: what is voted on.
    ///   - proposalHash: of its document.
    ///   - choice: the vote.
    ///   - nonce: comes once; at least eight letters and digits.
    ///   - issuedAt: when it was issued.
    ///   - expiresAt: until when it may be used.
    /// - Throws: `BallotTextError`, so that no field can bring a line of its own.
    package init(
        domain: String,
        chain: String,
        wallet: String,
        proposal: UUIDv7,
        proposalHash: Digest,
        choice: Choice,
        nonce: String,
        issuedAt: Timestamp,
        expiresAt: Timestamp
    ) throws(BallotTextError) {
        try BallotTextError.check([
            ("domain", domain, 253), ("chain", chain, 32), ("wallet", wallet, 128), ("nonce", nonce, 64),
        ])
        guard nonce.utf8.count >= 8, nonce.allSatisfy({ $0.isLetter || $0.isNumber }) else {
            throw BallotTextError(field: "nonce", text: "must be 8 to 64 letters and digits")
        }
        guard expiresAt > issuedAt else {
            throw BallotTextError(field: "expiresAt", text: "must be after issuedAt")
        }
        text = """
            \(domain) asks you to vote with this \(chain) wallet. Signing costs nothing and allows no payment.

            Wallet: \(wallet)
            Proposal: \(proposal)
            Proposal hash: \(proposalHash)
            Choice: \(choice.text)
            Nonce: \(nonce)
            Issued at: \(issuedAt)
            Expires at: \(expiresAt)
            """
    }

    /// What receipts name.
    package var hash: Digest { Digest(of: Array(text.utf8)) }

    /// Whether a text is this one, byte for byte.
    package func matches(_ signed: String) -> Bool { signed.utf8.elementsEqual(text.utf8) }
}

/// A field that cannot stand in a text that is signed.
package struct BallotTextError: Error, Hashable, Sendable, CustomStringConvertible {
    package let field: String
    package let text: String

    package var description: String { "\(field) \(text)" }

    package static func check(_ fields: [(name: String, value: String, bytesMax: Int)]) throws(BallotTextError) {
        for field in fields where !PlainText.isWord(field.value, bytesMax: field.bytesMax) {
            throw BallotTextError(
                field: field.name,
                text: "must be 1 to \(field.bytesMax) printable characters of ASCII without a space"
            )
        }
    }
}
