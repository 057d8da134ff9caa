package import Bus
package import Domain
import Store

/// An account, as it may be shown to its owner and to administrators.
package struct UserAccount: Hashable, Sendable {
    package let id: UUIDv7
    package let email: String
    package var displayName: String
    package var role: Role
    package var tier: Tier
    package var disabledAt: Timestamp?
    /// Until then no password counts; may be in the past.
    package var lockedUntil: Timestamp?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var isDisabled: Bool { disabledAt != nil }
}

/// What an administrator changes about an account; `nil` leaves it as it is.
package struct UserChange: Hashable, Sendable {
    package var role: Role?
    package var tier: Tier?
    package var isDisabled: Bool?

    package init(role: Role? = nil, tier: Tier? = nil, isDisabled: Bool? = nil) {
        self.role = role
        self.tier = tier
        self.isDisabled = isDisabled
    }
}

extension UserAccount {
    /// The columns, in the order in which `init(row:)` reads them.
    static let columns = """
        id, email, display_name, role, tier, disabled_at, locked_until, created_at, updated_at
        """

    /// - Throws: `StoreError` with `.corrupt` for a row that is no account.
    init(row: SQLRow) throws(StoreError) {
        guard row.count >= 9, let id = row[0].id, let email = row[1].text, let name = row[2].text,
            let role = row[3].text.flatMap(Role.init(rawValue:)), let tier = row[4].text.flatMap(Tier.init),
            let createdAt = row[7].time, let updatedAt = row[8].time
        else { throw StoreError(.corrupt, "user_account") }
        self.init(
            id: id,
            email: email,
            displayName: name,
            role: role,
            tier: tier,
            disabledAt: row[5].time,
            lockedUntil: row[6].time,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}
