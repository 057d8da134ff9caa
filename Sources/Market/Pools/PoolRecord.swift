package import Bus
package import Domain

/// What is stored of pools: those that differ from the configuration, and the log of changes.
package struct PoolRecord: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        package let at: Timestamp
        package let caller: String
        package let change: PoolChange
    }

    package static let historyMax = 200

    package internal(set) var pools: [Pool] = []
    /// Newest first.
    package internal(set) var history: [Entry] = []

    package init() {}
}

/// One change of a pool.
package struct PoolChange: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case created
        case deleted
        /// As the configuration has it again.
        case reset
        case memberAdded = "member_added"
        case memberRemoved = "member_removed"
        case rotated
    }

    package let pool: String
    package let category: PoolCategory
    package let kind: Kind
    package let provider: String?
    package let from: String?
    package let to: String?
    package let reason: String?

    init(
        _ pool: Pool,
        _ kind: Kind,
        provider: String? = nil,
        from: String? = nil,
        to: String? = nil,
        reason: String? = nil
    ) {
        self.pool = pool.id
        category = pool.category
        self.kind = kind
        self.provider = provider
        self.from = from
        self.to = to
        self.reason = reason
    }
}

/// Why a pool is not changed.
package enum PoolError: Error, Hashable, Sendable {
    case noSuchPool(String)
    case exists(String)
    case badName(String)
    /// It cannot be a member, and who can.
    case noSuchProvider(String, [String])
    case noSuchMember(String)
    /// It is a member already, with these figures.
    case isMember(String)
    /// It stands in the configuration as it is.
    case isConfigured(String)
    /// There is nobody who could be asked instead.
    case nobodyElse(String)
    case tooMany
}
