package import Bus
import Domain
import Governance
package import GovernanceRecords
import Identity

/// What the community decides: proposals, ballots, and how to check that they were counted.
package struct GovernanceRoutes: Sendable {
    /// Where the answers come from.
    package struct Doors: Sendable {
        package var desk: GovernanceDesk
        package var cast: @Sendable (BallotSubmission) async throws(GovernanceError) -> CastBallot
        package var open: @Sendable (ProposalDraft) async throws(GovernanceError) -> ProposalRecord
        /// The wallets that an account has shown to be its own, as addresses of Solana.
        package var wallets: @Sendable (_ account: UUIDv7) async throws(APIError) -> [String]
        /// Why nothing can be proposed; `nil` when something can.
        package var lack: @Sendable () -> String?
        package var token: String?
        /// Letters and digits that nobody can guess.
        package var nonce: @Sendable () throws(APIError) -> String

        package init(
            desk: GovernanceDesk,
            cast: @escaping @Sendable (BallotSubmission) async throws(GovernanceError) -> CastBallot,
            open: @escaping @Sendable (ProposalDraft) async throws(GovernanceError) -> ProposalRecord,
            wallets: @escaping @Sendable (_ account: UUIDv7) async throws(APIError) -> [String],
            lack: @escaping @Sendable () -> String?,
            token: String?,
            nonce: @escaping @Sendable () throws(APIError) -> String
        ) {
            self.desk = desk
            self.cast = cast
            self.open = open
            self.wallets = wallets
            self.lack = lack
            self.token = token
            self.nonce = nonce
        }
    }

    let doors: Doors

    package init(_ doors: Doors) { self.doors = doors }

    static let group = "Governance"
    /// Larger than any ballot, with the longest form.
    static let ballotBytesMax = 8 * 1024

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try list, try one, try propose, try ballotText, try vote, try ballots, try receipt, try document,
        ] + (try delegation()) + [try vetoText, try veto] + (try treasury())
    }

    // MARK: Proposals

    private struct ListQuery: Decodable, Sendable {
        let before: UUIDv7?
        let status: ProposalState?
        let limit: PageLimit?
    }

    private var list: Route {
        get throws {
            try Route.get(
                "/governance/proposals",
                access: .anyone,
                summary: "Proposals, the newest first",
                group: Self.group,
                query: ListQuery.self,
                answers: [200: "The proposals, without what each option has."]
            ) { [doors] (query, _) async throws(APIError) in
                let count = min(200, query.limit?.count ?? 50)
                let records = try await governing { () throws(GovernanceError) in
                    try await doors.desk.proposals(before: query.before, in: query.status, limit: count)
                }
                let now = doors.desk.now()
                let views = records.map { ProposalView($0, totals: nil, anchor: nil, at: now) }
                return Route.Reply(
                    ProposalList(
                        proposals: views,
                        next: records.count == count ? records.last?.id : nil,
                        unavailable: doors.lack(),
                        token: doors.token
                    )
                )
            }
        }
    }

    private var one: Route {
        get throws {
            try Route.get(
                "/governance/proposal/{id}",
                access: .anyone,
                summary: "One proposal, with what each option has",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The proposal; totals are those of the ballots written down when it is asked."]
            ) { [doors] (_, call) async throws(APIError) in
                let id = try call.id()
                return Route.Reply(try await doors.view(of: id))
            }
        }
    }

    private var document: Route {
        get throws {
            try Route.get(
                "/governance/proposal/{id}/document",
                access: .anyone,
                summary: "The text whose hash every ballot names, and the result that the chain's record names",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "Canonical JSON, as text, each with its SHA-256."]
            ) { [doors] (_, call) async throws(APIError) in
                let id = try call.id()
                let record = try await governing { () throws(GovernanceError) in try await doors.desk.proposal(id) }
                return Route.Reply(
                    DocumentAnswer(
                        document: record.document,
                        hash: record.documentHash.description,
                        result: record.resultText,
                        resultHash: record.resultText.map { Digest(of: Array($0.utf8)).description }
                    )
                )
            }
        }
    }

    private struct DocumentAnswer: Codable, Hashable, Sendable {
        let document: String
        let hash: String
        /// What the ballots came to; `nil` until it is decided.
        let result: String?
        let resultHash: String?

        enum CodingKeys: String, CodingKey {
            case document, hash, result
            case resultHash = "result_hash"
        }
    }

    private struct ProposalRequest: Decodable, Sendable {
        let title: String
        let description: String
        /// One of the account's linked wallets; the first one when not given.
        let wallet: String?
        let mediaURL: String?
        /// `basic` when not given.
        let system: VotingSystem?
        /// What can be chosen; not for `basic`.
        let options: [String]?
        /// How long ballots are taken; as the station is set up when not given.
        let votingSeconds: Int?

        enum CodingKeys: String, CodingKey {
            case title, description, wallet, system, options
            case mediaURL = "media_url"
            case votingSeconds = "voting_seconds"
        }
    }

    private var propose: Route {
        get throws {
            try Route.send(
                "POST",
                "/governance/proposals",
                access: .role(.viewer, scope: .write),
                summary: "Opens a proposal, weighed by the token's balances of now",
                group: Self.group,
                bodyBytesMax: 128 * 1024,
                body: ProposalRequest.self,
                answers: [201: "The proposal."]
            ) { [doors] (body, call) async throws(APIError) in
                let account = try call.known().userID
                let wallets = try await doors.wallets(account)
                guard let wallet = body.wallet ?? wallets.first else {
                    throw APIError(.forbidden, "Link a wallet of Solana to the account first.")
                }
                guard wallets.contains(wallet) else {
                    throw APIError(.forbidden, "The wallet is not linked to this account.")
                }
                let draft = ProposalDraft(
                    title: body.title,
                    details: body.description,
                    mediaURL: body.mediaURL,
                    creatorID: account,
                    creatorWallet: wallet,
                    system: body.system ?? .basic,
                    options: body.options ?? VotingSystem.basicOptions,
                    votingSeconds: body.votingSeconds
                )
                let record = try await governing { () throws(GovernanceError) in try await doors.open(draft) }
                return Route.Reply(
                    ProposalView(record, totals: nil, anchor: nil, at: doors.desk.now()),
                    status: 201
                )
            }
        }
    }

    // MARK: Ballots

    private struct BallotTextQuery: Decodable, Sendable {
        let wallet: ShortText
        let choice: ShortText
    }

    private var ballotText: Route {
        get throws {
            try Route.get(
                "/governance/proposal/{id}/ballot",
                access: .anyone,
                summary: "The text that a wallet signs to vote",
                group: Self.group,
                query: BallotTextQuery.self,
                answers: [200: "The text; its fields go back with the signature, within ten minutes."]
            ) { [doors] (query, call) async throws(APIError) in
                let (id, nonce) = (try call.id(), try doors.nonce())
                let made = try await governing { () throws(GovernanceError) in
                    try await doors.desk.ballotText(
                        for: id,
                        wallet: query.wallet.text,
                        choice: query.choice.text,
                        nonce: nonce
                    )
                }
                return Route.Reply(
                    SigningText(text: made.text, nonce: nonce, issuedAt: made.issuedAt, expiresAt: made.expiresAt)
                )
            }
        }
    }

    private struct VoteRequest: Decodable, Sendable {
        let proposalID: UUIDv7
        let wallet: String
        /// `yes`, `no`, `abstain`; of other systems `approve:0,3`, `shares:0=6000,2=4000` or `rank:2,0,1`.
        let choice: String
        let nonce: String
        let issuedAt: Timestamp
        let expiresAt: Timestamp
        let signature: String
        /// As of `/api/wallets/link`.
        let form: String?

        enum CodingKeys: String, CodingKey {
            case wallet, choice, nonce, signature, form
            case proposalID = "proposal_id"
            case issuedAt = "issued_at"
            case expiresAt = "expires_at"
        }
    }

    private var vote: Route {
        get throws {
            try Route.send(
                "POST",
                "/governance/vote",
                access: .anyone,
                summary: "Votes, by a wallet's signature",
                group: Self.group,
                bodyBytesMax: Self.ballotBytesMax,
                body: VoteRequest.self,
                answers: [201: "The ballot as it stands, for good. Its weight is that of the proposal's snapshot."]
            ) { [doors] (body, _) async throws(APIError) in
                let submission = BallotSubmission(
                    proposal: body.proposalID,
                    wallet: body.wallet,
                    choice: body.choice,
                    nonce: body.nonce,
                    issuedAt: body.issuedAt,
                    expiresAt: body.expiresAt,
                    signature: body.signature,
                    form: body.form ?? "plain"
                )
                let cast = try await governing { () throws(GovernanceError) in try await doors.cast(submission) }
                return Route.Reply(BallotAnswer(cast), status: 201)
            }
        }
    }

    private struct BallotQuery: Decodable, Sendable {
        /// The first one's place.
        let from: Int?
        let limit: PageLimit?
    }

    private var ballots: Route {
        get throws {
            try Route.get(
                "/governance/proposal/{id}/ballots",
                access: .anyone,
                summary: "All ballots in their order, for whoever wants to count again",
                group: Self.group,
                query: BallotQuery.self,
                answers: [200: "At most 500 of them."]
            ) { [doors] (query, call) async throws(APIError) in
                let (id, count) = (try call.id(), query.limit?.count ?? 500)
                let page = try await governing { () throws(GovernanceError) in
                    try await doors.desk.ballots(of: id, from: query.from ?? 0, limit: count)
                }
                return Route.Reply(
                    BallotPage(
                        ballots: page.map(BallotAnswer.init),
                        next: page.count == count ? page.last.map { $0.sequence + 1 } : nil
                    )
                )
            }
        }
    }

    private var receipt: Route {
        get throws {
            try Route.get(
                "/governance/proposal/{id}/receipts/{wallet}",
                access: .anyone,
                summary: "What proves that a wallet's ballot was counted",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The receipt; with its proof once the proposal is decided."]
            ) { [doors] (_, call) async throws(APIError) in
                let (id, wallet) = (try call.id(), call.parameters["wallet"] ?? "")
                let found = try await governing { () throws(GovernanceError) in
                    try await doors.desk.receipt(of: wallet, in: id)
                }
                return Route.Reply(ReceiptAnswer(found.receipt, found.proof, found.root))
            }
        }
    }
}

extension GovernanceRoutes.Doors {
    /// A proposal with what each option has, and how it is with the chain.
    func view(of id: UUIDv7) async throws(APIError) -> ProposalView {
        try await governing { () throws(GovernanceError) in
            let record = try await desk.proposal(id)
            let result = try await desk.standing(of: record)
            return ProposalView(record, totals: result, anchor: try await desk.anchor(of: id), at: desk.now())
        }
    }
}
