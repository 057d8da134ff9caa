package import Bus
package import Domain

/// One pool: who is asked for what.
package struct PoolAnswer: Codable, Hashable, Sendable {
    package enum Origin: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        /// As it stands in the configuration.
        case configuration
        /// Of the configuration, but changed since; removing it goes back.
        case changed
        /// Made by somebody.
        case created
    }

    package struct Member: Codable, Hashable, Sendable {
        let provider: String
        /// 1 is asked first, 10 last.
        let priority: Int
        /// 1 to 100: how often it is asked first, where chance decides.
        let weight: Int
        let status: MarketProviderAnswer.Status

        package init(provider: String, priority: Int, weight: Int, status: MarketProviderAnswer.Status) {
            self.provider = provider
            self.priority = priority
            self.weight = weight
            self.status = status
        }
    }

    let id: String
    let name: String
    let category: PoolCategory
    let rotationStrategy: PoolStrategy
    let origin: Origin
    let members: [Member]
    /// Who can be asked now, in the order in which they would be.
    let order: [String]
    /// Whom rotations have put behind the others.
    let steppedBack: [String]

    enum CodingKeys: String, CodingKey {
        case id, name, category, origin, members, order
        case rotationStrategy = "rotation_strategy"
        case steppedBack = "stepped_back"
    }

    package init(
        id: String,
        name: String,
        category: PoolCategory,
        strategy: PoolStrategy,
        origin: Origin,
        members: [Member],
        order: [String],
        steppedBack: [String]
    ) {
        self.id = id
        self.name = name
        self.category = category
        rotationStrategy = strategy
        self.origin = origin
        self.members = members
        self.order = order
        self.steppedBack = steppedBack
    }
}

/// What `/api/pools` says.
package struct PoolsAnswer: Codable, Hashable, Sendable {
    /// In the order in which those of a category are asked.
    let pools: [PoolAnswer]

    package init(_ pools: [PoolAnswer]) { self.pools = pools }
}

/// What `/api/pools/history` says.
package struct PoolHistoryAnswer: Codable, Hashable, Sendable {
    package enum Change: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        case created
        case deleted
        /// As the configuration has it again.
        case reset
        case memberAdded = "member_added"
        case memberRemoved = "member_removed"
        case rotated
    }

    package struct Entry: Codable, Hashable, Sendable {
        let at: Timestamp
        let caller: String
        let pool: String
        let change: Change
        let provider: String?
        let from: String?
        let to: String?
        let reason: String?

        package init(
            at: Timestamp,
            caller: String,
            pool: String,
            change: Change,
            provider: String?,
            from: String?,
            to: String?,
            reason: String?
        ) {
            self.at = at
            self.caller = caller
            self.pool = pool
            self.change = change
            self.provider = provider
            self.from = from
            self.to = to
            self.reason = reason
        }
    }

    /// Newest first; the oldest are forgotten.
    let changes: [Entry]

    package init(_ changes: [Entry]) { self.changes = changes }
}

/// One change that somebody asks for.
package enum PoolWish: Hashable, Sendable {
    case create(name: String, category: PoolCategory, strategy: PoolStrategy)
    case remove(String)
    case addMember(String, to: String, priority: Int?, weight: Int?)
    case removeMember(String, from: String)
    case rotate(String, reason: String)
}
