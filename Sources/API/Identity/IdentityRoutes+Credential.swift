import Bus
import Domain
import Identity

/// What a credential is good for, as whoever holds it sees it.
struct CredentialAnswer: Codable, Hashable, Sendable {
    enum Kind: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        case session, key
    }

    /// Whether somebody has logged in, or shows a key or a token that was got for one.
    let kind: Kind
    /// The session's or the key's.
    let id: UUIDv7
    let userID: UUIDv7
    let email: String
    let role: Role
    let tier: Tier
    /// What it may be used for; a session may do everything that the role allows.
    let scopes: [Scope]

    enum CodingKeys: String, CodingKey {
        case kind, id, email, role, tier, scopes
        case userID = "user_id"
    }

    init(_ principal: Principal) {
        switch principal.proof {
        case .session(let session): (kind, id) = (.session, session)
        case .key(let key, _): (kind, id) = (.key, key)
        }
        userID = principal.userID
        email = principal.email
        role = principal.role
        tier = principal.tier
        scopes = Scope.allCases.filter(principal.has)
    }
}

extension IdentityRoutes {
    /// What a program asks first, to find out whether its credential is any good; answered without the database.
    var readCredential: Route {
        get throws {
            try Route.get(
                "/api/auth/credential",
                access: .role(.viewer, scope: .read),
                summary: "What the credential is that asks",
                group: "Sessions",
                query: NoQuery.self,
                answers: [200: "Whose it is, and what it may be used for."]
            ) { (_, call) throws(APIError) in Route.Reply(CredentialAnswer(try call.known())) }
        }
    }
}
