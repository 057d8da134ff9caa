import Bus
import Chains
import Governance
import GovernanceRecords
import Identity

/// Shows that a wallet is somebody's: makes the text to sign, and checks the signature, for one chain.
struct LinkedWallets: WalletVerifying {
    let chain: WalletChain
    let signatures: WalletSignatures
    /// The name of the chain or cluster in the text.
    let chainID: String

    private var layout: SignInMessage.Layout { chain == .solana ? .solana : .ethereum }

    func canonical(_ address: String) -> String? { signatures.canonical(address, of: chain.rawValue) }

    func message(_ parts: WalletChallenge.Parts) -> String? {
        try? SignInMessage(
            domain: parts.domain,
            address: parts.address,
            statement: "Link this wallet to your account. Signing costs nothing and allows no payment.",
            uri: "https://\(parts.domain)",
            chainID: chainID,
            nonce: parts.nonce,
            issuedAt: SignInTime(parts.issuedAt),
            expirationTime: SignInTime(parts.expiresAt)
        ).text(layout)
    }

    func verdict(
        on message: String,
        by address: String,
        signature: String,
        form: String
    ) async -> WalletSignatureVerdict {
        let claim = SignedClaim(
            chain: chain.rawValue,
            wallet: address,
            text: message,
            signature: signature,
            form: form
        )
        switch await signatures.check([claim]).first {
        case .good: return .signed
        case .bad(let why): return .refused(why)
        case .unknown(let why): return .unknown(why)
        case nil: return .unknown("the signature was not checked")
        }
    }
}
