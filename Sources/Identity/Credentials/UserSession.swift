package import Bus
import Domain
import Store

/// Somebody who has logged in, by a program or in a browser, as it may be shown to its owner.
package struct UserSession: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable, SchemaChoice {
        /// Has an access token and a refresh token.
        case token
        /// Has a cookie.
        case browser
    }

    package let id: UUIDv7
    package let userID: UUIDv7
    package let kind: Kind
    /// How often its refresh token has been replaced, from 1.
    package let generation: Int
    /// Where it was last refreshed from, or logged in.
    package let address: String
    package let userAgent: String
    package let createdAt: Timestamp
    package let lastUsedAt: Timestamp
    package let expiresAt: Timestamp
    package let revokedAt: Timestamp?
}

extension UserSession {
    /// The columns, in the order in which `init(row:)` reads them.
    static let columns = """
        id, user_id, kind, generation, address, user_agent, created_at, last_used_at, expires_at, revoked_at
        """

    /// - Throws: `StoreError` with `.corrupt` for a row that is no session.
    init(row: SQLRow) throws(StoreError) {
        guard row.count >= 10, let id = row[0].id, let userID = row[1].id, let kind = row[2].text.flatMap(Kind.init),
            let generation = row[3].int, let address = row[4].text, let userAgent = row[5].text,
            let createdAt = row[6].time, let lastUsedAt = row[7].time, let expiresAt = row[8].time
        else { throw StoreError(.corrupt, "user_session") }
        self.init(
            id: id,
            userID: userID,
            kind: kind,
            generation: generation,
            address: address,
            userAgent: userAgent,
            createdAt: createdAt,
            lastUsedAt: lastUsedAt,
            expiresAt: expiresAt,
            revokedAt: row[9].time
        )
    }
}
