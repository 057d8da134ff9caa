package import Bus
package import Domain

/// Who a request acts for, as proven by a credential.
package struct Principal: Hashable, Sendable {
    /// What proved it.
    package enum Proof: Hashable, Sendable {
        /// Somebody who logged in with a password; may do everything the role allows.
        case session(UUIDv7)
        /// An API key, or a token that one was exchanged for.
        case key(UUIDv7, scopes: Set<Scope>)
    }

    package let userID: UUIDv7
    package let email: String
    package let role: Role
    package let tier: Tier
    package let proof: Proof

    package init(userID: UUIDv7, email: String, role: Role, tier: Tier, proof: Proof) {
        self.userID = userID
        self.email = email
        self.role = role
        self.tier = tier
        self.proof = proof
    }

    package func has(_ scope: Scope) -> Bool {
        switch proof {
        case .session: true
        case .key(_, let scopes): scopes.contains(scope)
        }
    }
}
