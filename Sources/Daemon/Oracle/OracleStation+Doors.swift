import API
import Chains
import Domain
import Identity
import WalletAnalysis

extension OracleStation {
    /// What the oracle says, over HTTP.
    func doors(_ identity: IdentityDesk) -> OracleRoutes.Doors {
        OracleRoutes.Doors(
            analyze: { wallet async throws(OracleError) in try await desk.analyze(wallet) },
            signedReport: { wallet async throws(OracleError) in try await desk.signedReport(of: wallet) },
            signer: desk.signer,
            mayAsk: { principal, wallet async throws(APIError) in
                // Before anything is said of whose it is: no account has what is no address.
                guard let address = SolanaAddress(wallet) else { throw APIError(OracleError.invalidWallet) }
                if principal.role >= .operator { return true }
                do throws(IdentityError) {
                    return try await identity.wallets(of: principal.userID).contains {
                        $0.chain == .solana && $0.address == address.description
                    }
                } catch {
                    throw APIError(error)
                }
            },
            burns: { body async throws(BurnError) in try await burns.webhook(body) },
            // There is no queue of callers yet, and nothing stands in for it: who has paid is written down.
            place: { _ in nil },
            webhookSecret: webhookSecret,
            now: desk.now
        )
    }
}
