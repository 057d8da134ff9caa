import Bus
import Domain
import Governance
import GovernanceRecords
import Identity

extension GovernanceRoutes {
    // MARK: Delegation

    private struct DelegationQuery: Decodable, Sendable {
        let wallet: ShortText
        /// Who is to vote; nobody when not given.
        let delegate: ShortText?
    }

    private struct DelegationRequest: Decodable, Sendable {
        let wallet: String
        /// Who is to vote; nobody when not given.
        let delegate: String?
        let nonce: String
        let issuedAt: Timestamp
        let expiresAt: Timestamp
        let signature: String
        let form: String?

        enum CodingKeys: String, CodingKey {
            case wallet, delegate, nonce, signature, form
            case issuedAt = "issued_at"
            case expiresAt = "expires_at"
        }
    }

    private struct DelegationAnswer: Codable, Hashable, Sendable {
        let wallet: String
        let delegate: String?
    }

    func delegation() throws -> [Route] {
        [
            try Route.get(
                "/governance/delegation",
                access: .anyone,
                summary: "The text that a wallet signs to have somebody else vote for it",
                group: Self.group,
                query: DelegationQuery.self,
                answers: [200: "The text; its fields go back with the signature, within ten minutes."]
            ) { [doors] (query, _) async throws(APIError) in
                let token = try doors.requiredToken()
                let nonce = try doors.nonce()
                let made = try await governing { () throws(GovernanceError) in
                    try doors.desk.delegationText(
                        chain: "solana",
                        token: token,
                        wallet: query.wallet.text,
                        delegate: query.delegate?.text,
                        nonce: nonce
                    )
                }
                return Route.Reply(
                    SigningText(text: made.text, nonce: nonce, issuedAt: made.issuedAt, expiresAt: made.expiresAt)
                )
            },
            try Route.send(
                "POST",
                "/governance/delegation",
                access: .anyone,
                summary: "Has somebody else vote for a wallet, or nobody any more, from the next proposal on",
                group: Self.group,
                bodyBytesMax: Self.ballotBytesMax,
                body: DelegationRequest.self,
                answers: [200: "Who votes for the wallet now, where it does not vote itself."]
            ) { [doors] (body, _) async throws(APIError) in
                let submission = DelegationSubmission(
                    chain: "solana",
                    token: try doors.requiredToken(),
                    wallet: body.wallet,
                    delegate: body.delegate,
                    nonce: body.nonce,
                    issuedAt: body.issuedAt,
                    expiresAt: body.expiresAt,
                    signature: body.signature,
                    form: body.form ?? "plain"
                )
                try await governing { () throws(GovernanceError) in try await doors.desk.delegate(submission) }
                return Route.Reply(DelegationAnswer(wallet: body.wallet, delegate: body.delegate))
            },
        ]
    }

    // MARK: Veto

    private struct VetoRequest: Decodable, Sendable {
        let proposalID: UUIDv7
        let key: String
        /// For everybody to read.
        let reason: String
        let nonce: String
        let issuedAt: Timestamp
        let expiresAt: Timestamp
        let signature: String
        let form: String?

        enum CodingKeys: String, CodingKey {
            case key, reason, nonce, signature, form
            case proposalID = "proposal_id"
            case issuedAt = "issued_at"
            case expiresAt = "expires_at"
        }
    }

    var veto: Route {
        get throws {
            try Route.send(
                "POST",
                "/governance/veto",
                access: .anyone,
                summary: "Objects to a proposal, by the signature of one of its council's keys",
                group: Self.group,
                bodyBytesMax: Self.ballotBytesMax,
                body: VetoRequest.self,
                answers: [200: "The proposal, which is vetoed."]
            ) { [doors] (body, _) async throws(APIError) in
                let submission = VetoSubmission(
                    proposal: body.proposalID,
                    key: body.key,
                    reason: body.reason,
                    nonce: body.nonce,
                    issuedAt: body.issuedAt,
                    expiresAt: body.expiresAt,
                    signature: body.signature,
                    form: body.form ?? "plain"
                )
                _ = try await governing { () throws(GovernanceError) in try await doors.desk.veto(submission) }
                return Route.Reply(try await doors.view(of: body.proposalID))
            }
        }
    }

    // MARK: Treasury

    private struct BalanceAnswer: Codable, Hashable, Sendable {
        /// `creator`, `relayers` or `dao`.
        let party: TreasuryParty
        let holder: String
        let currency: String
        /// In base units, as decimal text.
        let amount: String
    }

    private struct EntryAnswer: Codable, Hashable, Sendable {
        let id: UUIDv7
        let party: TreasuryParty
        let holder: String
        let currency: String
        /// Less than nothing for what was paid out.
        let amount: String
        /// `revenue`, `tip` or `withdrawal`.
        let kind: String
        let channel: String?
        let cause: String
        let note: String
        let at: Timestamp

        init(_ entry: TreasuryEntry) {
            id = entry.id
            party = entry.party
            holder = entry.holder
            currency = entry.currency
            amount = String(entry.amount)
            kind = entry.kind
            channel = entry.channel
            cause = entry.cause
            note = entry.note
            at = entry.at
        }
    }

    private struct TreasuryAnswer: Codable, Hashable, Sendable {
        let balances: [BalanceAnswer]
        /// The newest first.
        let entries: [EntryAnswer]
        /// What to give as `before` for the next ones; `nil` when there are no more.
        let next: UUIDv7?
    }

    private struct TreasuryQuery: Decodable, Sendable {
        let before: UUIDv7?
        let limit: PageLimit?
    }

    func treasury() throws -> [Route] {
        [
            try Route.get(
                "/governance/treasury",
                access: .anyone,
                summary: "What the treasury holds, for whom, and every movement",
                group: Self.group,
                query: TreasuryQuery.self,
                answers: [200: "Balances, which are the sums of all entries, and the newest entries."]
            ) { [doors] (query, _) async throws(APIError) in
                let count = min(200, query.limit?.count ?? 50)
                return Route.Reply(
                    try await governing { () throws(GovernanceError) in
                        let entries = try await doors.desk.treasuryEntries(before: query.before, limit: count)
                        return TreasuryAnswer(
                            balances: try await doors.desk.balances().map {
                                BalanceAnswer(
                                    party: $0.party,
                                    holder: $0.holder,
                                    currency: $0.currency,
                                    amount: String($0.amount)
                                )
                            },
                            entries: entries.map(EntryAnswer.init),
                            next: entries.count == count ? entries.last?.id : nil
                        )
                    }
                )
            }
        ]
    }
}

extension GovernanceRoutes.Doors {
    fileprivate func requiredToken() throws(APIError) -> String {
        guard let token else { throw APIError(.unavailable, "governance.token is not set.") }
        return token
    }
}
