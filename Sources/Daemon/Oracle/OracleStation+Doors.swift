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

    /// The same for people.
    func pages(_ identity: IdentityDesk) -> ConsoleOracle {
        let doors = doors(identity)
        return ConsoleOracle(
            analyze: doors.analyze,
            kept: { wallet async throws(OracleError) in try await desk.kept(wallet) },
            signed: { report throws(OracleError) in try desk.signed(report) },
            publicKey: desk.signer?.publicKey,
            mayAsk: doors.mayAsk,
            reports: { before, limit async throws(OracleError) in
                try await desk.reports(before: before, limit: limit)
            },
            payments: { before, limit async throws(BurnError) in
                try await burns.payments(before: before, limit: limit)
            },
            token: {
                // Where the chain does not answer, amounts are shown in base units.
                guard let mint = burns.terms.mint, let decimals = try? await burns.tokenDecimals() else { return nil }
                return ConsoleOracle.Token(mint: mint.description, decimals: decimals)
            }
        )
    }
}
