import ChainReaders
import Chains
import Governance
import GovernanceRecords
import Threading

/// Checks what wallets have signed: Solana's here, Ethereum's here too, and those of contracts by asking them.
///
/// Checking takes about a twentieth of a millisecond of a core each, so it is done many at a time on threads of its own.
final class WalletSignatures: SignatureChecking {
    static let solana = "solana"
    static let ethereum = "ethereum"

    private let ethereum: EthereumReader
    private let threads = WorkThreads(name: "signatures", threadsMax: 2, waitingMax: 256)
    /// Claims that one thread checks in a row.
    private static let pieceCount = 64

    init(ethereum: EthereumReader) { self.ethereum = ethereum }

    /// Claims being checked, or waiting for it.
    var depth: Int { threads.depth }

    func canonical(_ address: String, of chain: String) -> String? {
        switch chain {
        case Self.solana: SolanaAddress(address)?.description
        case Self.ethereum: EthereumAddress(address)?.description
        default: nil
        }
    }

    func check(_ claims: [SignedClaim]) async -> [SignatureVerdict] {
        let pieces = stride(from: 0, to: claims.count, by: Self.pieceCount).map {
            Array(claims[$0..<min(claims.count, $0 + Self.pieceCount)])
        }
        var verdicts = await withTaskGroup(of: (Int, [SignatureVerdict]).self) { group in
            for (place, piece) in pieces.enumerated() {
                // Side by side on the threads, of which there are two.
                group.addTask { [threads] in
                    do throws(WorkRefused) {
                        return (place, try await threads.run { piece.map(Self.verdict) })
                    } catch {
                        return (place, piece.map { _ in .unknown("too many signatures are being checked; try again") })
                    }
                }
            }
            let found = await group.reduce(into: [Int: [SignatureVerdict]]()) { $0[$1.0] = $1.1 }
            return pieces.indices.flatMap { found[$0] ?? [] }
        }
        for (place, claim) in claims.enumerated() where claim.chain == Self.ethereum {
            // A contract has no key: it is asked whether the signature is its own.
            if case .bad = verdicts[place] { verdicts[place] = await contractVerdict(claim, verdicts[place]) }
        }
        return verdicts
    }

    // MARK: By ourselves

    private static func verdict(of claim: SignedClaim) -> SignatureVerdict {
        switch claim.chain {
        case solana: solanaVerdict(of: claim)
        case ethereum: ethereumVerdict(of: claim)
        default: .bad("signatures of \(claim.chain) cannot be checked")
        }
    }

    private static func solanaVerdict(of claim: SignedClaim) -> SignatureVerdict {
        guard let address = SolanaAddress(claim.wallet) else { return .bad("the wallet is no address of Solana") }
        guard let signature = SolanaSignature(claim.signature) else {
            return .bad("the signature is not the base58 text of 64 bytes")
        }
        guard let form = SolanaSignedText.Form(claim.form) else {
            return .bad("the form must be plain, offchain, envelope:BASE64 or transaction:BASE64")
        }
        do throws(SolanaSignedText.Refusal) {
            try SolanaSignedText.verify(text: claim.text, address: address, signature: signature, form: form)
            return .good
        } catch {
            return .bad(error.description)
        }
    }

    private static func ethereumVerdict(of claim: SignedClaim) -> SignatureVerdict {
        guard let address = EthereumAddress(claim.wallet) else { return .bad("the wallet is no address of Ethereum") }
        guard claim.form == "plain" else { return .bad("wallets of Ethereum sign the text as it stands: form plain") }
        guard let signature = Hexadecimal.decode(claim.signature) else {
            return .bad("the signature is not written in hexadecimal")
        }
        do throws(EthereumSignedText.Refusal) {
            try EthereumSignedText.verify(text: claim.text, address: address, signature: signature)
            return .good
        } catch {
            return .bad(error.description)
        }
    }

    // MARK: By asking

    private func contractVerdict(_ claim: SignedClaim, _ verdict: SignatureVerdict) async -> SignatureVerdict {
        guard claim.form == "plain", let signature = Hexadecimal.decode(claim.signature),
            !ethereum.endpoints.endpoints.isEmpty
        else { return verdict }
        do throws(ChainError) {
            let block = try await ethereum.agreedBlock().value
            let isAccepted = try await ethereum.acceptsSignature(
                signature,
                under: EthereumSignedText.personalMessageHash(Array(claim.text.utf8)),
                wallet: claim.wallet,
                at: block
            )
            switch isAccepted {
            case true?: return .good
            case false?: return .bad("the contract at this address does not call the signature its own")
            case nil: return verdict
            }
        } catch {
            return .unknown("whether this address is a contract cannot be seen now (\(error)); try again later")
        }
    }
}
