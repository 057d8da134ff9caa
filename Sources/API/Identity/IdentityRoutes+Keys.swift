import Bus
import Domain
import Identity

extension IdentityRoutes {
    private static let group = "API keys"
    private static let own = Route.Access.role(.viewer, scope: .account)

    private struct KeyRequest: Decodable, Sendable {
        let name: String
        /// What it may be used for: `read`, `write`, `control`.
        let scopes: [Scope]
        /// The most that it can be; otherwise what its owner is.
        let role: Role?
        /// 1 to 3650; otherwise it does not end by itself.
        let expiresInDays: Int?

        enum CodingKeys: String, CodingKey {
            case name, scopes, role
            case expiresInDays = "expires_in_days"
        }
    }

    private struct KeyAnswer: Codable, Sendable {
        let id: UUIDv7
        let name: String
        /// How it begins.
        let prefix: String
        let scopes: [Scope]
        let role: Role?
        let createdAt: Timestamp
        let expiresAt: Timestamp?
        let lastUsedAt: Timestamp?
        let revokedAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case id, name, prefix, scopes, role
            case createdAt = "created_at"
            case expiresAt = "expires_at"
            case lastUsedAt = "last_used_at"
            case revokedAt = "revoked_at"
        }

        init(_ key: APIKey) {
            id = key.id
            name = key.name
            prefix = key.shownPrefix
            scopes = Scope.allCases.filter(key.scopes.contains)
            role = key.roleCap
            createdAt = key.createdAt
            expiresAt = key.expiresAt
            lastUsedAt = key.lastUsedAt
            revokedAt = key.revokedAt
        }
    }

    private struct NewKeyAnswer: Codable, Sendable {
        let id: UUIDv7
        /// The key itself: shown now and never again.
        let key: String
        let name: String
        let prefix: String
        let scopes: [Scope]
        let role: Role?
        let createdAt: Timestamp
        let expiresAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case id, key, name, prefix, scopes, role
            case createdAt = "created_at"
            case expiresAt = "expires_at"
        }

        init(_ new: NewAPIKey) {
            id = new.key.id
            key = new.secret
            name = new.key.name
            prefix = new.key.shownPrefix
            scopes = Scope.allCases.filter(new.key.scopes.contains)
            role = new.key.roleCap
            createdAt = new.key.createdAt
            expiresAt = new.key.expiresAt
        }
    }

    private struct KeyList: Codable, Sendable {
        /// The newest first.
        let keys: [KeyAnswer]
    }

    func keys() throws -> [Route] { [try createKey, try listKeys, try revokeKey] }

    private var createKey: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/keys",
                access: Self.own,
                summary: "Makes an API key, which is shown once",
                group: Self.group,
                bodyBytesMax: Self.bodyBytesMax,
                body: KeyRequest.self,
                answers: [201: "The key."]
            ) { [desk] (body, call) throws(APIError) in
                let principal = try call.known()
                let request = APIKeyRequest(
                    name: body.name,
                    scopes: Set(body.scopes),
                    roleCap: body.role,
                    lifetimeDays: body.expiresInDays
                )
                let new = try await asking { () throws(IdentityError) in
                    try await desk.createKey(request, for: principal, from: call.origin)
                }
                return Route.Reply(NewKeyAnswer(new), status: 201)
            }
        }
    }

    private var listKeys: Route {
        get throws {
            try Route.get(
                "/api/keys",
                access: Self.own,
                summary: "The account's API keys, without the keys themselves",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "Those in use, and the last ones that can be used no more."]
            ) { [desk] (_, call) throws(APIError) in
                let principal = try call.known()
                let keys = try await asking { () throws(IdentityError) in try await desk.keys(of: principal.userID) }
                return Route.Reply(KeyList(keys: keys.map(KeyAnswer.init)))
            }
        }
    }

    private var revokeKey: Route {
        get throws {
            try Route.send(
                "DELETE",
                "/api/keys/{id}",
                access: Self.own,
                summary: "Ends an API key for good",
                group: Self.group,
                body: NoBody.self,
                answers: [204: "It is refused from now on, and so are the tokens it was exchanged for."]
            ) { [desk] (_, call) throws(APIError) in
                let (principal, id) = (try call.known(), try call.id())
                try await asking { () throws(IdentityError) in
                    let requester = Requester(principal, from: call.origin)
                    try await desk.revokeKey(id, of: principal.userID, by: requester)
                }
                return Route.Reply(NoContent(), status: 204)
            }
        }
    }
}
