import API
import Bus
import Governance
import GovernanceRecords
import Identity

extension GovernanceStation {
    /// What is decided, over HTTP.
    func doors(_ identity: IdentityDesk) -> GovernanceRoutes.Doors {
        GovernanceRoutes.Doors(
            desk: desk,
            cast: { submission async throws(GovernanceError) in try await cast(submission) },
            open: { draft async throws(GovernanceError) in try await open(draft) },
            wallets: { account async throws(APIError) in
                do throws(IdentityError) {
                    return try await identity.wallets(of: account).filter { $0.chain == .solana }.map(\.address)
                } catch {
                    throw APIError(error)
                }
            },
            lack: { lack },
            token: token,
            nonce: { () throws(APIError) in
                do throws(IdentityError) {
                    return try IdentityDesk.freshNonce()
                } catch {
                    throw APIError(error)
                }
            }
        )
    }
}
