import Domain

/// The chains that wallets can be of.
package enum WalletChain: String, Hashable, Sendable, Codable, CaseIterable, SchemaChoice {
    case solana
    case ethereum

    /// Whether a text has the shape of an address of this chain; whether there is such a wallet is another matter.
    func canBeAddress(_ text: String) -> Bool {
        switch self {
        case .solana: (32...44).contains(text.utf8.count) && text.utf8.allSatisfy(WalletChain.isBase58)
        case .ethereum: text.utf8.count == 42 && text.hasPrefix("0x") && text.dropFirst(2).allSatisfy(\.isHexDigit)
        }
    }

    private static func isBase58(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0"), UInt8(ascii: "O"), UInt8(ascii: "I"), UInt8(ascii: "l"): false
        case UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

/// Checks a wallet's signature, for one chain.
package protocol WalletVerifying: Sendable {
    var chain: WalletChain { get }

    /// The one way in which an address is written, so that one wallet is not linked twice.
    ///
    /// - Returns: `nil` for what is no address.
    func canonical(_ address: String) -> String?

    /// Whether the wallet of this address has signed this text.
    func isSigned(_ message: String, by address: String, signature: String) async -> Bool
}
