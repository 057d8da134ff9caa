package import Bus

/// A text that the owner of a wallet signs to show that it is theirs; good once, for a few minutes.
package struct WalletChallenge: Hashable, Sendable {
    package let id: UUIDv7
    package let chain: WalletChain
    package let address: String
    /// To be signed as it stands.
    package let message: String
    package let expiresAt: Timestamp

    /// What its text is made of: who asks, which wallet, a number that comes once, and when.
    package struct Parts: Hashable, Sendable {
        package let domain: String
        package let address: String
        /// Letters and digits.
        package let nonce: String
        package let issuedAt: Timestamp
        package let expiresAt: Timestamp
    }
}

/// A wallet whose owner has shown that it is theirs.
package struct WalletLink: Hashable, Sendable {
    package let id: UUIDv7
    package let userID: UUIDv7
    package let chain: WalletChain
    package let address: String
    package let linkedAt: Timestamp
}
