import Bus
import Domain
import Identity

extension IdentityRoutes {
    private static let group = "Wallets"
    private static let own = Route.Access.role(.viewer, scope: .account)

    private struct ChallengeRequest: Decodable, Sendable {
        let chain: WalletChain
        let address: String
    }

    private struct ChallengeAnswer: Codable, Sendable {
        let challengeID: UUIDv7
        let chain: WalletChain
        let address: String
        /// To be signed by the wallet, as it stands.
        let message: String
        let expiresAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case chain, address, message
            case challengeID = "challenge_id"
            case expiresAt = "expires_at"
        }
    }

    private struct LinkRequest: Decodable, Sendable {
        let challengeID: UUIDv7
        /// In the chain's usual writing: base58 of Solana, hexadecimal of Ethereum.
        let signature: String
        /// What was signed, for devices that sign no bare text: `plain` when not given; of Solana also `offchain`,
        /// `envelope:BASE64` and `transaction:BASE64`.
        let form: String?

        enum CodingKeys: String, CodingKey {
            case signature, form
            case challengeID = "challenge_id"
        }
    }

    private struct WalletAnswer: Codable, Sendable {
        let id: UUIDv7
        let chain: WalletChain
        let address: String
        let linkedAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case id, chain, address
            case linkedAt = "linked_at"
        }

        init(_ link: WalletLink) {
            id = link.id
            chain = link.chain
            address = link.address
            linkedAt = link.linkedAt
        }
    }

    private struct WalletList: Codable, Sendable {
        /// The latest first.
        let wallets: [WalletAnswer]
    }

    func wallets() throws -> [Route] { [try challenge, try link, try listWallets, try unlink] }

    private var challenge: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/wallets/challenge",
                access: Self.own,
                summary: "Makes a text that the owner of a wallet signs to link it",
                group: Self.group,
                bodyBytesMax: Self.bodyBytesMax,
                body: ChallengeRequest.self,
                answers: [201: "The text, good once and for five minutes."]
            ) { [desk] (body, call) throws(APIError) in
                let principal = try call.known()
                let made = try await asking { () throws(IdentityError) in
                    try await desk.challenge(body.chain, address: body.address, for: principal)
                }
                let answer = ChallengeAnswer(
                    challengeID: made.id,
                    chain: made.chain,
                    address: made.address,
                    message: made.message,
                    expiresAt: made.expiresAt
                )
                return Route.Reply(answer, status: 201)
            }
        }
    }

    private var link: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/wallets/link",
                access: Self.own,
                summary: "Links a wallet to the account by its signature under the challenge",
                group: Self.group,
                bodyBytesMax: Self.bodyBytesMax,
                body: LinkRequest.self,
                answers: [201: "The link."]
            ) { [desk] (body, call) throws(APIError) in
                let principal = try call.known()
                let link = try await asking { () throws(IdentityError) in
                    try await desk.linkWallet(
                        body.challengeID,
                        signature: body.signature,
                        form: body.form ?? "plain",
                        for: principal,
                        from: call.origin
                    )
                }
                return Route.Reply(WalletAnswer(link), status: 201)
            }
        }
    }

    private var listWallets: Route {
        get throws {
            try Route.get(
                "/api/wallets",
                access: Self.own,
                summary: "The account's wallets",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "All of them."]
            ) { [desk] (_, call) throws(APIError) in
                let principal = try call.known()
                let links = try await asking { () throws(IdentityError) in
                    try await desk.wallets(of: principal.userID)
                }
                return Route.Reply(WalletList(wallets: links.map(WalletAnswer.init)))
            }
        }
    }

    private var unlink: Route {
        get throws {
            try Route.send(
                "DELETE",
                "/api/wallets/{id}",
                access: Self.own,
                summary: "Takes a wallet off the account",
                group: Self.group,
                body: NoBody.self,
                answers: [204: "It is linked no more."]
            ) { [desk] (_, call) throws(APIError) in
                let (principal, id) = (try call.known(), try call.id())
                try await asking { () throws(IdentityError) in
                    try await desk.unlinkWallet(id, of: principal, from: call.origin)
                }
                return Route.Reply(NoContent(), status: 204)
            }
        }
    }
}
