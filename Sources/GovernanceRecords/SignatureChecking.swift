/// Checks what wallets have signed.
package protocol SignatureChecking: Sendable {
    /// The one way in which an address of the chain is written, so that one wallet does not vote twice.
    ///
    /// - Returns: `nil` for what is no address.
    func canonical(_ address: String, of chain: String) -> String?

    /// Checks many signatures, beside the concurrency pool.
    ///
    /// - Returns: for each claim, in their order, what came of it.
    func check(_ claims: [SignedClaim]) async -> [SignatureVerdict]
}

/// Says that a wallet has signed a text.
package struct SignedClaim: Hashable, Sendable {
    package let chain: String
    /// As `canonical` writes it.
    package let wallet: String
    package let text: String
    /// In the chain's usual writing.
    package let signature: String
    /// How the text was put before the wallet: `plain`, or for devices that cannot show one `offchain`, or the bytes
    /// of a transaction that can never land, as `transaction:` and base64.
    package let form: String

    package init(chain: String, wallet: String, text: String, signature: String, form: String) {
        self.chain = chain
        self.wallet = wallet
        self.text = text
        self.signature = signature
        self.form = form
    }

    /// The longest that is read: a transaction of 1232 bytes in base64.
    static let formBytesMax = 1700
}

/// What came of checking a signature.
package enum SignatureVerdict: Hashable, Sendable {
    case good
    /// Why not, for people.
    case bad(String)
    /// Too much waits to be checked, or a chain that has to be asked does not answer.
    case unknown(String)
}
