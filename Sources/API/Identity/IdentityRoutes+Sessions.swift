import Bus
import Domain
import Identity

extension IdentityRoutes {
    private static let group = "Sessions"
    private static let own = Route.Access.role(.viewer, scope: .account)

    private struct PasswordChange: Decodable, Sendable {
        let currentPassword: String
        let newPassword: String

        enum CodingKeys: String, CodingKey {
            case currentPassword = "current_password"
            case newPassword = "new_password"
        }
    }

    private struct SessionAnswer: Codable, Sendable {
        let id: UUIDv7
        let kind: UserSession.Kind
        let address: String
        let userAgent: String
        let createdAt: Timestamp
        let lastUsedAt: Timestamp
        let expiresAt: Timestamp
        /// Whether it is the one that asks.
        let isCurrent: Bool

        enum CodingKeys: String, CodingKey {
            case id, kind, address
            case userAgent = "user_agent"
            case createdAt = "created_at"
            case lastUsedAt = "last_used_at"
            case expiresAt = "expires_at"
            case isCurrent = "is_current"
        }

        init(_ session: UserSession, seenBy principal: Principal) {
            id = session.id
            kind = session.kind
            address = session.address
            userAgent = session.userAgent
            createdAt = session.createdAt
            lastUsedAt = session.lastUsedAt
            expiresAt = session.expiresAt
            isCurrent = principal.proof == .session(session.id)
        }
    }

    private struct SessionList: Codable, Sendable {
        /// The latest used first.
        let sessions: [SessionAnswer]
    }

    func sessions() throws -> [Route] { [try logOut, try changePassword, try listSessions, try revokeSession] }

    private var logOut: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/auth/logout",
                access: Self.own,
                summary: "Ends the session that asks",
                group: Self.group,
                body: NoBody.self,
                answers: [204: "Its tokens are good for nothing any more."]
            ) { [desk] (_, call) throws(APIError) in
                let principal = try call.known()
                try await asking { () throws(IdentityError) in try await desk.logOut(principal, from: call.origin) }
                return Route.Reply(NoContent(), status: 204)
            }
        }
    }

    private var changePassword: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/auth/password",
                access: Self.own,
                summary: "Changes the password, and ends all other sessions",
                group: Self.group,
                bodyBytesMax: Self.bodyBytesMax,
                body: PasswordChange.self,
                answers: [204: "It is changed."]
            ) { [desk] (body, call) throws(APIError) in
                let principal = try call.known()
                try await asking { () throws(IdentityError) in
                    try await desk.changePassword(
                        of: principal,
                        from: body.currentPassword,
                        to: body.newPassword,
                        at: call.origin
                    )
                }
                return Route.Reply(NoContent(), status: 204)
            }
        }
    }

    private var listSessions: Route {
        get throws {
            try Route.get(
                "/api/auth/sessions",
                access: Self.own,
                summary: "Where the account is logged in",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The sessions that live."]
            ) { [desk] (_, call) throws(APIError) in
                let principal = try call.known()
                let sessions = try await asking { () throws(IdentityError) in
                    try await desk.sessions(of: principal.userID)
                }
                return Route.Reply(SessionList(sessions: sessions.map { SessionAnswer($0, seenBy: principal) }))
            }
        }
    }

    private var revokeSession: Route {
        get throws {
            try Route.send(
                "DELETE",
                "/api/auth/sessions/{id}",
                access: Self.own,
                summary: "Ends one of the account's sessions",
                group: Self.group,
                body: NoBody.self,
                answers: [204: "It is over."]
            ) { [desk] (_, call) throws(APIError) in
                let (principal, id) = (try call.known(), try call.id())
                try await asking { () throws(IdentityError) in
                    let requester = Requester(principal, from: call.origin)
                    try await desk.revokeSession(id, of: principal.userID, by: requester)
                }
                return Route.Reply(NoContent(), status: 204)
            }
        }
    }
}
