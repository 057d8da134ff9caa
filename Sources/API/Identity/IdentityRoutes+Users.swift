import Bus
import Domain
import Identity

extension IdentityRoutes {
    private static let group = "Users"

    private struct ListQuery: Decodable, Sendable {
        let after: UUIDv7?
        let limit: PageLimit?
    }

    private struct UserPage: Codable, Sendable {
        /// The oldest first.
        let users: [UserAnswer]
        /// What to give as `after` for the next page; absent at the end.
        let next: UUIDv7?
    }

    private struct Change: Decodable, Sendable {
        let role: Role?
        let tier: Tier?
        let isDisabled: Bool?

        enum CodingKeys: String, CodingKey {
            case role, tier
            case isDisabled = "is_disabled"
        }
    }

    func users() throws -> [Route] { [try listUsers, try readUser, try changeUser] }

    private var listUsers: Route {
        get throws {
            try Route.get(
                "/api/users",
                access: .role(.admin, scope: .read),
                summary: "All accounts",
                group: Self.group,
                query: ListQuery.self,
                answers: [200: "A page of them."]
            ) { [desk] (query, _) throws(APIError) in
                let limit = query.limit?.count ?? 100
                let found = try await asking { () throws(IdentityError) in
                    try await desk.users(after: query.after, limit: limit)
                }
                let next = found.count == limit ? found.last?.id : nil
                return Route.Reply(UserPage(users: found.map(UserAnswer.init), next: next))
            }
        }
    }

    private var readUser: Route {
        get throws {
            try Route.get(
                "/api/users/{id}",
                access: .role(.admin, scope: .read),
                summary: "One account",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The account."]
            ) { [desk] (_, call) throws(APIError) in
                let id = try call.id()
                return Route.Reply(
                    UserAnswer(try await asking { () throws(IdentityError) in try await desk.user(id) })
                )
            }
        }
    }

    private var changeUser: Route {
        get throws {
            try Route.send(
                "PATCH",
                "/api/users/{id}",
                access: .role(.admin, scope: .control),
                summary: "Changes an account's role or tier, shuts it out or lets it in again",
                group: Self.group,
                bodyBytesMax: Self.bodyBytesMax,
                body: Change.self,
                answers: [200: "The account as it is now."]
            ) { [desk] (body, call) throws(APIError) in
                let (principal, id) = (try call.known(), try call.id())
                let isOwnRights = id == principal.userID && (body.role ?? .admin) != .admin
                guard !isOwnRights, !(id == principal.userID && body.isDisabled == true) else {
                    throw APIError(.conflict, "Another admin has to do that: it would shut you out yourself.")
                }
                let change = UserChange(role: body.role, tier: body.tier, isDisabled: body.isDisabled)
                let account = try await asking { () throws(IdentityError) in
                    try await desk.change(id, change, by: Requester(principal, from: call.origin))
                }
                return Route.Reply(UserAnswer(account))
            }
        }
    }
}
