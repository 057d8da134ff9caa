import Domain

/// The chains that wallets can be of.
package enum WalletChain: String, Hashable, Sendable, Codable, CaseIterable, SchemaChoice {
    case solana
    case ethereum
}

/// What came of checking a wallet's signature.
package enum WalletSignatureVerdict: Hashable, Sendable {
    case signed
    /// Why it does not count, for people.
    case refused(String)
    /// Nobody can say now: a contract's chain does not answer.
    case unknown(String)
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

    /// Finds out whether the wallet of this address has signed this text.
    ///
    /// - Parameters:
    ///   - message: the text.
    ///   - address: as `canonical` writes it.
    ///   - signature: in the chain's usual writing.
    ///   - form: what was signed: `plain` for the text as it stands; the chain may know others.
    /// - Returns: what was found.
    func verdict(
        on message: String,
        by address: String,
        signature: String,
        form: String
    ) async -> WalletSignatureVerdict
}
