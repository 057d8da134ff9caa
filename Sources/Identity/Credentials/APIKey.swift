package import Bus
package import Domain
import Store

/// An API key, as it may be shown to its owner: everything but the key.
package struct APIKey: Hashable, Sendable {
    package let id: UUIDv7
    package let userID: UUIDv7
    package let name: String
    /// How the key begins, to tell it by.
    package let shownPrefix: String
    package let scopes: Set<Scope>
    /// The most that the key can be, whatever its owner is; `nil` for what the owner is.
    package let roleCap: Role?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?
    package let lastUsedAt: Timestamp?
    package let revokedAt: Timestamp?
}

/// What somebody wants of a new API key.
package struct APIKeyRequest: Hashable, Sendable {
    package var name: String
    package var scopes: Set<Scope>
    /// `nil` for what the owner is, also later.
    package var roleCap: Role?
    /// `nil` for ever.
    package var lifetimeDays: Int?

    package init(name: String, scopes: Set<Scope>, roleCap: Role? = nil, lifetimeDays: Int? = nil) {
        self.name = name
        self.scopes = scopes
        self.roleCap = roleCap
        self.lifetimeDays = lifetimeDays
    }

    /// - Throws: `IdentityError`: `.invalid`, naming the field, or `.forbidden` for more than the owner has.
    func check(ownerRole: Role) throws(IdentityError) {
        guard !scopes.isEmpty, scopes.isSubset(of: Scope.grantable) else {
            let known = Scope.allCases.filter(Scope.grantable.contains).map(\.rawValue).joined(separator: ", ")
            throw .invalid("scopes", "must be some of \(known)")
        }
        if let roleCap, roleCap > ownerRole {
            throw IdentityError(.forbidden, "A key cannot be more than its owner, who is \(ownerRole.rawValue).")
        }
        if let lifetimeDays, !(1...3650).contains(lifetimeDays) {
            throw .invalid("expires_in_days", "must be a number from 1 to 3650")
        }
    }
}

extension APIKey {
    /// The columns, in the order in which `init(row:)` reads them.
    static let columns = """
        id, user_id, name, shown_prefix, scopes, role_cap, created_at, expires_at, last_used_at, revoked_at
        """

    /// - Throws: `StoreError` with `.corrupt` for a row that is no key.
    init(row: SQLRow) throws(StoreError) {
        guard row.count >= 10, let id = row[0].id, let userID = row[1].id, let name = row[2].text,
            let prefix = row[3].text, let scopes = row[4].text.flatMap(Scope.set), let createdAt = row[6].time
        else { throw StoreError(.corrupt, "api_key") }
        self.init(
            id: id,
            userID: userID,
            name: name,
            shownPrefix: prefix,
            scopes: scopes,
            roleCap: row[5].text.flatMap(Role.init(rawValue:)),
            createdAt: createdAt,
            expiresAt: row[7].time,
            lastUsedAt: row[8].time,
            revokedAt: row[9].time
        )
    }
}

extension Scope {
    /// As they are kept: names with commas, in the order of their declaration.
    static func text(_ scopes: Set<Scope>) -> String {
        allCases.filter(scopes.contains).map(\.rawValue).joined(separator: ",")
    }

    /// - Returns: `nil` when one is not known: a key must not become another one by that.
    static func set(_ text: String) -> Set<Scope>? {
        let scopes = text.split(separator: ",").map { Scope(rawValue: String($0)) }
        return scopes.contains(nil) ? nil : Set(scopes.compactMap { $0 })
    }
}
