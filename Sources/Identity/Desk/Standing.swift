import Bus
import Domain
import Store

/// How a credential and its account stand in the store.
struct Standing: Sendable {
    let grant: AccessCache.Grant
    let principal: Principal
    /// When the session or key ends; `nil` for never.
    let expiresAt: Timestamp?
    let lastUsedAt: Timestamp?
    private let isRevoked: Bool
    private let isDisabled: Bool

    /// Whether it may be used now.
    func isGood(at now: Timestamp) -> Bool {
        !isRevoked && !isDisabled && expiresAt.map { $0 > now } ?? true
    }

    /// Reads a row of `StandingSQL`.
    ///
    /// - Throws: `StoreError` with `.corrupt`.
    init(row: SQLRow) throws(StoreError) {
        guard let userID = row[0].id, let email = row[1].text, let role = row[2].text.flatMap(Role.init(rawValue:)),
            let tier = row[3].text.flatMap(Tier.init), let id = row[5].id, let kind = row[9].text
        else { throw StoreError(.corrupt, "user_account") }
        let proof: Principal.Proof
        var heldRole = role
        if kind == "key" {
            guard let scopes = row[10].text.flatMap(Scope.set) else { throw StoreError(.corrupt, "api_key") }
            grant = .key(id)
            proof = .key(id, scopes: scopes)
            if let cap = row[11].text {
                guard let cap = Role(rawValue: cap) else { throw StoreError(.corrupt, "api_key") }
                heldRole = min(role, cap)
            }
        } else {
            grant = .session(id)
            proof = .session(id)
        }
        principal = Principal(userID: userID, email: email, role: heldRole, tier: tier, proof: proof)
        isDisabled = row[4].time != nil
        expiresAt = row[6].time
        isRevoked = row[7].time != nil
        lastUsedAt = row[8].time
    }
}
