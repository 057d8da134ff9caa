package import Bus
package import Domain

/// The pools that there are: those of the configuration, and what has been changed about them since, as a value.
///
/// A pool that was changed is taken as it was stored, whatever the configuration says of it later; removing it goes back
/// to the configuration. Pools that the configuration does not have are removed for good.
package struct PoolBook: Hashable, Sendable {
    /// As the configuration has them; their ids are those of their categories.
    package var configured: [Pool]
    /// What is stored.
    package var record: PoolRecord

    package static let poolsMax = 50

    package init(configured: [Pool], record: PoolRecord = PoolRecord()) {
        self.configured = configured
        self.record = record
    }

    /// In the order in which those of a category are asked: the configuration's first.
    package var pools: [Pool] {
        configured.map { pool in record.pools.first { $0.id == pool.id } ?? pool }
            + record.pools.filter { stored in !configured.contains { $0.id == stored.id } }
    }

    /// Where a pool comes from.
    package enum Origin: String, Codable, Hashable, Sendable, CaseIterable {
        /// As it stands in the configuration.
        case configuration
        /// Of the configuration, but changed since; the change holds.
        case changed
        /// Made by somebody.
        case created
    }

    package func origin(of id: String) -> Origin {
        guard configured.contains(where: { $0.id == id }) else { return .created }
        return record.pools.contains { $0.id == id } ? .changed : .configuration
    }

    package func pool(_ id: String) throws(PoolError) -> Pool {
        guard let pool = pools.first(where: { $0.id == id }) else { throw .noSuchPool(id) }
        return pool
    }

    // MARK: Changes

    /// Makes an empty pool.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 characters; its letters and digits make the id.
    ///   - category: what its members tell of.
    ///   - strategy: in which order they are asked.
    /// - Returns: the change.
    /// - Throws: `PoolError`.
    package mutating func create(
        name: String,
        category: PoolCategory,
        strategy: PoolStrategy
    ) throws(PoolError) -> PoolChange {
        let id = PoolBook.id(of: name)
        guard !id.isEmpty, name.count <= 64 else {
            throw .badName("must have 1 to 64 characters, a letter or digit of ASCII among them")
        }
        // There is a door of that name beside those of the pools.
        guard id != "history" else { throw .badName("must not be history") }
        guard !pools.contains(where: { $0.id == id }) else { throw .exists(id) }
        guard pools.count < PoolBook.poolsMax else { throw .tooMany }
        let pool = Pool(id: id, name: name, category: category, strategy: strategy, members: [])
        record.pools.append(pool)
        return PoolChange(pool, .created)
    }

    /// Removes a pool, or what was changed about one of the configuration.
    ///
    /// - Returns: the change.
    /// - Throws: `PoolError`.
    package mutating func remove(_ id: String) throws(PoolError) -> PoolChange {
        let pool = try pool(id)
        let origin = origin(of: id)
        guard origin != .configuration else { throw .isConfigured(id) }
        record.pools.removeAll { $0.id == id }
        return PoolChange(pool, origin == .changed ? .reset : .deleted)
    }

    /// Adds a member, or gives one that is there other figures.
    ///
    /// - Parameters:
    ///   - member: the provider, and what to think of it.
    ///   - id: the pool.
    ///   - providers: all there are.
    /// - Returns: the change.
    /// - Throws: `PoolError`.
    package mutating func add(
        _ member: PoolMember,
        to id: String,
        of providers: [any DataProvider]
    ) throws(PoolError) -> PoolChange {
        var pool = try pool(id)
        let able = providers.filter { $0.categories.contains(pool.category) }.map(\.name)
        guard able.contains(member.provider) else { throw .noSuchProvider(member.provider, able) }
        if let place = pool.members.firstIndex(where: { $0.provider == member.provider }) {
            guard pool.members[place] != member else { throw .isMember(member.provider) }
            pool.members[place] = member
        } else {
            guard pool.members.count < Pool.membersMax else { throw .tooMany }
            pool.members.append(member)
        }
        store(pool)
        return PoolChange(pool, .memberAdded, provider: member.provider)
    }

    /// Takes a member out of a pool.
    ///
    /// - Returns: the change.
    /// - Throws: `PoolError`.
    package mutating func removeMember(_ provider: String, from id: String) throws(PoolError) -> PoolChange {
        var pool = try pool(id)
        guard pool.members.contains(where: { $0.provider == provider }) else { throw .noSuchMember(provider) }
        pool.members.removeAll { $0.provider == provider }
        pool.steppedBack.removeAll { $0 == provider }
        store(pool)
        return PoolChange(pool, .memberRemoved, provider: provider)
    }

    /// Puts whoever is asked first behind all others, until all have been there.
    ///
    /// - Parameters:
    ///   - id: the pool.
    ///   - order: those of its members that can be asked now, in the order in which they would be.
    ///   - reason: why, in words.
    /// - Returns: the change.
    /// - Throws: `PoolError`.
    package mutating func rotate(_ id: String, from order: [String], reason: String) throws(PoolError) -> PoolChange {
        var pool = try pool(id)
        guard order.count > 1 else { throw .nobodyElse(id) }
        pool.steppedBack.removeAll { $0 == order[0] }
        pool.steppedBack.append(order[0])
        if pool.members.allSatisfy({ pool.steppedBack.contains($0.provider) }) { pool.steppedBack = [] }
        store(pool)
        return PoolChange(pool, .rotated, from: order[0], to: order[1], reason: reason)
    }

    /// Makes somebody new a member of those stored pools that took the place of the configuration's, as its last.
    ///
    /// The configuration's own have him anyway, and pools that somebody made are that somebody's.
    ///
    /// - Parameters:
    ///   - provider: who is new.
    ///   - categories: what he tells of.
    /// - Returns: the changes.
    package mutating func adopt(_ provider: String, of categories: [PoolCategory]) -> [PoolChange] {
        var changes: [PoolChange] = []
        for place in record.pools.indices {
            let pool = record.pools[place]
            guard categories.contains(pool.category), configured.contains(where: { $0.id == pool.id }) else { continue }
            record.pools[place].append(provider)
            if record.pools[place] != pool { changes.append(PoolChange(pool, .memberAdded, provider: provider)) }
        }
        return changes
    }

    /// Takes somebody who is no provider any more out of all stored pools.
    ///
    /// - Returns: the changes.
    package mutating func dismiss(_ provider: String) -> [PoolChange] {
        var changes: [PoolChange] = []
        for place in record.pools.indices {
            let pool = record.pools[place]
            record.pools[place].members.removeAll { $0.provider == provider }
            record.pools[place].steppedBack.removeAll { $0 == provider }
            if record.pools[place] != pool { changes.append(PoolChange(pool, .memberRemoved, provider: provider)) }
        }
        return changes
    }

    /// Notes in the log what was changed.
    package mutating func note(_ change: PoolChange, by caller: String, at time: Timestamp) {
        record.history.insert(PoolRecord.Entry(at: time, caller: caller, change: change), at: 0)
        if record.history.count > PoolRecord.historyMax { record.history.removeLast() }
    }

    private mutating func store(_ pool: Pool) {
        if let place = record.pools.firstIndex(where: { $0.id == pool.id }) {
            record.pools[place] = pool
        } else {
            record.pools.append(pool)
        }
    }

    /// Letters and digits in small, with one dash for all between them.
    private static func id(of name: String) -> String {
        name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
    }
}
