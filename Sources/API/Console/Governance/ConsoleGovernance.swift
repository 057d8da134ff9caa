import Bus
import Governance
import GovernanceRecords
package import Identity

/// What the pages of the community's decisions show and do.
package struct ConsoleGovernance: Sendable {
    /// Proposals, the newest first.
    struct ProposalList: Sendable {
        let proposals: [ProposalSheet]
        /// The last one's id when there may be more.
        let next: UUIDv7?
    }

    /// A wallet that an account has shown to be its own.
    struct Wallet: Hashable, Sendable {
        let id: UUIDv7
        let chain: WalletChain
        let address: String
        let linkedAt: Timestamp
    }

    /// Why nothing can be proposed, or `nil` when something can.
    ///
    /// Must not block.
    let lack: @Sendable () -> String?
    /// How long ballots are taken where nobody says otherwise, in days.
    ///
    /// Must not block.
    let votingDays: @Sendable () -> Int
    let proposals: @Sendable (_ before: UUIDv7?) async throws(APIError) -> ProposalList
    let proposal: @Sendable (_ id: UUIDv7) async throws(APIError) -> ProposalSheet
    /// Opens a proposal; its id.
    let open: @Sendable (ProposalDraft) async throws(APIError) -> UUIDv7
    /// An account's wallets, the latest first.
    let wallets: @Sendable (_ account: UUIDv7) async throws(APIError) -> [Wallet]
    let unlink: @Sendable (_ id: UUIDv7, _ person: Principal, _ origin: RequestOrigin) async throws(APIError) -> Void
    let treasury: @Sendable (_ before: UUIDv7?) async throws(APIError) -> TreasurySheet
}

extension ConsoleGovernance {
    /// - Parameters:
    ///   - doors: what the same is for programs.
    ///   - identity: who keeps the wallets of accounts.
    package init(_ doors: GovernanceRoutes.Doors, identity: IdentityDesk) {
        let desk = doors.desk
        self.init(
            lack: doors.lack,
            votingDays: { max(1, desk.terms.settings.votingSeconds / 86_400) },
            proposals: { before async throws(APIError) in
                try await governing { () throws(GovernanceError) in
                    let limit = ProposalsPage.proposalsShown
                    let records = try await desk.proposals(before: before, limit: limit)
                    var sheets: [ProposalSheet] = []
                    for record in records {
                        let standing = try await desk.standing(of: record)
                        sheets.append(ProposalSheet(record, standing, anchor: nil, at: desk.now()))
                    }
                    return ProposalList(proposals: sheets, next: records.count == limit ? records.last?.id : nil)
                }
            },
            proposal: { id async throws(APIError) in
                try await governing { () throws(GovernanceError) in
                    let record = try await desk.proposal(id)
                    let standing = try await desk.standing(of: record)
                    return ProposalSheet(record, standing, anchor: try await desk.anchor(of: id), at: desk.now())
                }
            },
            open: { draft async throws(APIError) in
                try await governing { () throws(GovernanceError) in try await doors.open(draft).id }
            },
            wallets: { account async throws(APIError) in
                try await asking { () throws(IdentityError) in
                    try await identity.wallets(of: account).map { link in
                        Wallet(id: link.id, chain: link.chain, address: link.address, linkedAt: link.linkedAt)
                    }
                }
            },
            unlink: { id, person, origin async throws(APIError) in
                try await asking { () throws(IdentityError) in
                    try await identity.unlinkWallet(id, of: person, from: origin)
                }
            },
            treasury: { before async throws(APIError) in
                try await governing { () throws(GovernanceError) in
                    let limit = TreasuryPage.entriesShown
                    return TreasurySheet(
                        split: desk.terms.settings.treasury,
                        balances: try await desk.balances(),
                        entries: try await desk.treasuryEntries(before: before, limit: limit),
                        limit: limit
                    )
                }
            }
        )
    }
}
