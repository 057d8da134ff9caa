extension Ed25519 {
    /// Why a signature does not count.
    package enum Refusal: Error, Hashable, Sendable {
        /// One of the eight points of small order: anybody can sign for it.
        case smallOrderKey
        /// The key is written in another way than the only one.
        case nonCanonicalKey
        /// The key is no point of the curve: the address of an account that a program owns.
        case notOnCurve
        /// The second half is not below the order of the group: somebody has changed a valid signature into another.
        case nonCanonicalSignature
        /// The first half is a point of small order.
        case smallOrderSignature
        /// Another text, or another key.
        case badSignature
    }
}

extension Ed25519.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .smallOrderKey:
            "anybody can sign for this address, so a signature of it proves nothing: use a wallet of your own"
        case .nonCanonicalKey: "this address is not written as a wallet's is: copy it from the wallet again"
        case .notOnCurve:
            "this address belongs to a program and can sign nothing: use the wallet that controls the account"
        case .nonCanonicalSignature, .smallOrderSignature:
            "the signature is not of the form that wallets make: sign again"
        case .badSignature:
            "the signature does not belong to this text and address: sign the text as it stands, with this wallet"
        }
    }
}
