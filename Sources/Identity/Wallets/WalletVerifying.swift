import Domain

/// The chains that wallets can be of.
package enum WalletChain: String, Hashable, Sendable, Codable, CaseIterable, SchemaChoice {
    case solana
    case ethereum
}

/// Checks a wallet's signature, for one chain.
package protocol WalletVerifying: Sendable {
    var chain: WalletChain { get }

    /// The one way in which an address is written, so that one wallet is not linked twice.
    ///
    /// - Returns: `nil` for what is no address.
    func canonical(_ address: String) -> String?

    /// The text that the owner is to sign, in the form that wallets of this chain show best.
    ///
    /// - Returns: `nil` where a part cannot stand in it, such as a domain that is none.
    func message(_ parts: WalletChallenge.Parts) -> String?

    /// Whether the wallet of this address has signed this text.
    ///
    /// - Parameters:
    ///   - message: the text.
    ///   - address: as `canonical` writes it.
    ///   - signature: in the chain's usual writing.
    ///   - form: what was signed: `plain` for the text as it stands; the chain may know others.
    /// - Returns: whether it has.
    func isSigned(_ message: String, by address: String, signature: String, form: String) async -> Bool
}
