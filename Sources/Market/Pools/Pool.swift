package import Domain

/// Who is asked for one kind of thing, and in which order.
package struct Pool: Codable, Hashable, Sendable {
    package let id: String
    package let name: String
    package let category: PoolCategory
    package var strategy: PoolStrategy
    /// As they are listed.
    package var members: [PoolMember]
    /// Those that a rotation has put behind the others, whatever the strategy says; the last one is asked last.
    package var steppedBack: [String]

    package static let membersMax = 50

    package init(
        id: String,
        name: String,
        category: PoolCategory,
        strategy: PoolStrategy,
        members: [PoolMember],
        steppedBack: [String] = []
    ) {
        self.id = id
        self.name = name
        self.category = category
        self.strategy = strategy
        self.members = members
        self.steppedBack = steppedBack
    }

    /// With those who can be members behind the others, whoever they are.
    package func followed(by providers: [any DataProvider]) -> Pool {
        var pool = self
        for provider in providers where provider.categories.contains(category) { pool.append(provider.name) }
        return pool
    }

    /// Adds whoever is asked when nobody else answers; nothing where there is no more room.
    mutating func append(_ provider: String) {
        guard members.count < Pool.membersMax, !members.contains(where: { $0.provider == provider }) else { return }
        members.append(PoolMember(provider, priority: PoolMember.priorities.upperBound))
    }

    /// One pool for each category, of all that can be members of it, as they are listed.
    static func ofAll(_ providers: [any DataProvider]) -> [Pool] {
        PoolCategory.allCases.map { category in
            Pool(
                id: category.rawValue,
                name: category.rawValue,
                category: category,
                strategy: .priority,
                members: providers.filter { $0.categories.contains(category) }.map { PoolMember($0.name) }
            )
        }
    }
}

/// A member of a pool, and what the operator thinks of it.
package struct PoolMember: Codable, Hashable, Sendable {
    package let provider: String
    /// 1 is asked first, 10 last.
    package let priority: Int
    /// 1 to 100: how often it is asked first, against the others.
    package let weight: Int

    package static let priorities = 1...10
    package static let weights = 1...100
    package static let usualPriority = 5
    package static let usualWeight = 10

    /// Figures outside of their ranges are moved into them.
    package init(_ provider: String, priority: Int = usualPriority, weight: Int = usualWeight) {
        self.provider = provider
        self.priority = min(max(PoolMember.priorities.lowerBound, priority), PoolMember.priorities.upperBound)
        self.weight = min(max(PoolMember.weights.lowerBound, weight), PoolMember.weights.upperBound)
    }
}
