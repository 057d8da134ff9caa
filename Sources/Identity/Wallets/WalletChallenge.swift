package import Bus

/// A text that the owner of a wallet signs to show that it is theirs; good once, for a few minutes.
package struct WalletChallenge: Hashable, Sendable {
    package let id: UUIDv7
    package let chain: WalletChain
    package let address: String
    /// To be signed as it stands.
    package let message: String
    package let expiresAt: Timestamp

    /// The text: who asks, which wallet, a number that comes once, and when.
    static func message(
        domain: String,
        chain: WalletChain,
        address: String,
        nonce: String,
        at time: Timestamp,
        until end: Timestamp
    ) -> String {
        """
        \(domain) asks you to link this \(chain.rawValue) wallet to your account. \
        Signing costs nothing and allows no payment.

        Address: \(address)
        Nonce: \(nonce)
        Issued at: \(time)
        Expires at: \(end)
        """
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
