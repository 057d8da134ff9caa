import Domain

/// What a credential may be used for, whatever the role of the one it belongs to.
package enum Scope: String, Hashable, Sendable, Codable, CaseIterable, SchemaChoice {
    /// Routes that only read.
    case read
    /// Routes that change something.
    case write
    /// The operators' control methods.
    case control
    /// The account itself: password, sessions, keys, wallets. No key can have it, so that a stolen key makes no new ones.
    case account

    /// Those that an API key can be given.
    package static let grantable: Set<Scope> = [.read, .write, .control]
}
