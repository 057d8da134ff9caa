/// What an Ethereum wallet signs when it is asked to sign a text (EIP-191, `personal_sign`).
package enum EthereumSignedText {
    /// The 32 bytes that are signed for a text; the prefix keeps them from being a transaction.
    package static func personalMessageHash(_ text: [UInt8]) -> [UInt8] {
        Keccak256.hash([0x19] + "Ethereum Signed Message:\n\(text.count)".utf8 + text)
    }

    /// Checks that the owner of an address has signed a text.
    ///
    /// - Parameters:
    ///   - text: The text as it stands.
    ///   - address: The wallet that it has to be; one with a key, not a contract.
    ///   - signature: 65 bytes.
    /// - Throws: Why it does not count.
    package static func verify(text: String, address: EthereumAddress, signature: [UInt8]) throws(Refusal) {
        guard !isCounterfactual(signature) else { throw .counterfactualWallet }
        let signer: EthereumAddress
        do {
            signer = try Secp256k1.recover(signature: signature, hash: personalMessageHash(Array(text.utf8)))
        } catch { throw .signature(error) }
        guard signer == address else { throw .otherWallet(signer) }
    }

    /// Whether it ends as that of a contract does which has not been deployed yet (ERC-6492).
    private static func isCounterfactual(_ signature: [UInt8]) -> Bool {
        signature.count > 65 && signature.suffix(32).elementsEqual((0..<16).flatMap { _ in [0x64, 0x92] })
    }
}

extension EthereumSignedText {
    /// Why a signature of a text does not count.
    package enum Refusal: Error, Hashable, Sendable {
        case signature(Secp256k1.Refusal)
        /// Somebody else has signed it, or it is another text.
        case otherWallet(EthereumAddress)
        /// The wallet is a contract that is not deployed yet.
        case counterfactualWallet
    }
}

extension EthereumSignedText.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .signature(let refusal): refusal.description
        case .otherWallet:
            "the signature does not belong to this text and address: sign the text as it stands, with this wallet"
        case .counterfactualWallet:
            "the wallet is a contract that is not on the chain yet: deploy it by a first transaction or use another one"
        }
    }
}
