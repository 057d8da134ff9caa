import Governance
import GovernanceRecords

/// Wallets in whose name anybody can sign who knows their address: enough to tell one's signature from another's.
struct PlainWallets: SignatureChecking {
    static let chain = "plain"
    /// A form of signing that nobody can tell about.
    static let silentForm = "silent"

    static func sign(_ text: String, by wallet: String) -> String {
        Digest(of: Array("\(wallet)\n\(text)".utf8)).description
    }

    /// Addresses begin with `w-` and have small letters, whoever writes them.
    func canonical(_ address: String, of chain: String) -> String? {
        chain == Self.chain && address.hasPrefix("w-") ? address.lowercased() : nil
    }

    func check(_ claims: [SignedClaim]) async -> [SignatureVerdict] {
        claims.map { claim in
            guard claim.form != Self.silentForm else { return .unknown("the chain does not answer") }
            // As lenient as some decoders are.
            let signature = claim.signature.filter { !$0.isWhitespace }
            return signature == Self.sign(claim.text, by: claim.wallet) ? .good : .bad("not signed by \(claim.wallet)")
        }
    }
}
