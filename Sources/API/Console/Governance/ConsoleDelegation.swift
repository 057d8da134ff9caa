import Bus
import GovernanceRecords
import Identity

/// What the page about who votes for whom shows.
package struct ConsoleDelegation: Sendable {
    /// Who votes for a wallet where it does not vote itself.
    struct Delegation: Hashable, Sendable {
        let wallet: String
        /// `nil` for nobody.
        let delegate: String?
    }

    /// Wallets that are looked at for one page.
    static let walletsMax = 50

    /// Why nobody can be chosen, or `nil` when somebody can.
    let lack: String?
    /// Of an account's linked wallets of Solana.
    let delegations: @Sendable (_ account: UUIDv7) async throws(APIError) -> [Delegation]
}

extension ConsoleDelegation {
    /// - Parameter doors: what the same is for programs.
    package init(_ doors: GovernanceRoutes.Doors) {
        let (desk, token) = (doors.desk, doors.token)
        self.init(
            lack: token == nil ? "governance.token is not set" : nil,
            delegations: { account async throws(APIError) in
                guard let token else { return [] }
                var found: [Delegation] = []
                for wallet in try await doors.wallets(account).prefix(ConsoleDelegation.walletsMax) {
                    let delegate = try await governing { () throws(GovernanceError) in
                        try await desk.delegate(of: wallet, chain: "solana", token: token)
                    }
                    found.append(Delegation(wallet: wallet, delegate: delegate))
                }
                return found
            }
        )
    }
}
