import Bus
import Domain
package import Identity

/// The routes of accounts: proving who somebody is, and what is theirs.
package struct IdentityRoutes: Sendable {
    let desk: IdentityDesk
    let knowsTimeZone: @Sendable (String) async -> Bool
    let admit: @Sendable (_ account: String) async throws(APIError) -> Void

    /// The largest body of those that take JSON.
    static let bodyBytesMax = 16 * 1024

    /// - Parameters:
    ///   - desk: does it.
    ///   - knowsTimeZone: whether there is a time zone of this name.
    ///   - admit: limits how often anybody tries to log in to one account, wherever they come from; throws when it is too
    ///     often.
    package init(
        desk: IdentityDesk,
        knowsTimeZone: @escaping @Sendable (String) async -> Bool,
        admit: @escaping @Sendable (_ account: String) async throws(APIError) -> Void
    ) {
        self.desk = desk
        self.knowsTimeZone = knowsTimeZone
        self.admit = admit
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        try logIn() + [readCredential] + sessions() + keys() + profile() + [readAvatar, writeAvatar, removeAvatar]
            + users() + wallets()
    }
}

extension Route.Call {
    var origin: RequestOrigin { RequestOrigin(address: address, userAgent: userAgent) }

    /// Who asks, on a route that lets nobody in who is unknown.
    func known() throws(APIError) -> Principal {
        guard let principal else { throw .unknownCredential }
        return principal
    }

    /// The id in the path.
    ///
    /// - Throws: `APIError` with `.notFound` for what is no id: there is nothing of that name.
    func id() throws(APIError) -> UUIDv7 {
        guard let id = parameters["id"].flatMap({ UUIDv7($0) }) else {
            throw APIError(.notFound, "There is no such id.")
        }
        return id
    }
}

/// An account as its owner and administrators see it.
struct UserAnswer: Codable, Hashable, Sendable {
    let id: UUIDv7
    let email: String
    let displayName: String
    let role: Role
    let tier: Tier
    let isDisabled: Bool
    let createdAt: Timestamp
    let updatedAt: Timestamp

    enum CodingKeys: String, CodingKey {
        case id, email, role, tier
        case displayName = "display_name"
        case isDisabled = "is_disabled"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    init(_ account: UserAccount) {
        id = account.id
        email = account.email
        displayName = account.displayName
        role = account.role
        tier = account.tier
        isDisabled = account.isDisabled
        createdAt = account.createdAt
        updatedAt = account.updatedAt
    }
}
