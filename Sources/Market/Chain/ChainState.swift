import Bus
import Domain
import HTTPClient

/// What the chain decides, as a value: whom to ask next, and what to remember of the answer.
struct ChainState: Sendable {
    private(set) var standings: [ProviderStanding]
    /// Who is asked for what, and how.
    private(set) var pools: [Pool]
    /// Whose turn it is, by the pool's id.
    private var orders: [String: PoolOrder] = [:]
    private var random: SplitMix64

    /// - Parameters:
    ///   - standings: how each provider is doing.
    ///   - pools: who is asked for what.
    ///   - seed: where chance comes from.
    init(standings: [ProviderStanding], pools: [Pool], seed: UInt64) {
        self.standings = standings
        self.pools = pools
        random = SplitMix64(state: seed)
    }

    /// Other pools take the place of those there are.
    mutating func use(_ pools: [Pool]) {
        self.pools = pools
        orders = orders.filter { order in pools.contains { $0.id == order.key } }
    }

    /// Whom to ask now, in this order: the members of one pool of the category after those of the other.
    ///
    /// - Parameters:
    ///   - category: what is asked for.
    ///   - able: places of those who can be asked just that.
    /// - Returns: places, each once.
    mutating func places(for category: PoolCategory, among able: Set<Int>) -> [Int] {
        var places: [Int] = []
        for pool in pools where pool.category == category {
            for place in order(of: pool) where able.contains(place) && !places.contains(place) { places.append(place) }
        }
        return places
    }

    /// Who of a pool would be asked now, in this order; nothing changes by that.
    func order(ofPool id: String) -> [Int] {
        var copy = self
        return pools.first { $0.id == id }.map { copy.order(of: $0) } ?? []
    }

    private mutating func order(of pool: Pool) -> [Int] {
        let seats = pool.members.compactMap { member in
            standings.firstIndex { $0.name == member.provider }.map { (member: member, place: $0) }
        }
        let turns = orders[pool.id, default: PoolOrder()].next(
            pool.strategy,
            seats.map(\.member),
            seats.map { standings[$0.place] },
            using: &random
        )
        let ordered = turns.map { seats[$0] }
        let front = ordered.filter { !pool.steppedBack.contains($0.member.provider) }
        let back = pool.steppedBack.compactMap { name in ordered.first { $0.member.provider == name } }
        return (front + back).map(\.place)
    }

    /// Takes over what was counted before a restart.
    mutating func restore(_ usage: [String: [WindowCount]], at now: Timestamp) {
        for index in standings.indices {
            standings[index].budget.restore(usage[standings[index].name] ?? [], at: now)
        }
    }

    /// What to do with one provider now.
    enum Verdict: Hashable {
        case ask
        /// Why it is passed over, and how long that will be so.
        case skip(ProviderError, wait: Duration?)
    }

    mutating func verdict(on index: Int, weight: Int, elapsed: Duration, now: Timestamp) -> Verdict {
        if let obstacle = standings[index].obstacle { return .skip(ProviderError(.notSetUp, obstacle), wait: nil) }
        switch standings[index].breaker.admit(at: elapsed) {
        case .skip(let until):
            standings[index].skipped += 1
            let last = standings[index].lastError
            let why = ProviderError(last?.code ?? .unavailable, last?.detail ?? "")
            return .skip(why, wait: until.map { $0 - elapsed })
        case .ask: break
        }
        if let wait = standings[index].budget.take(weight, at: now) {
            standings[index].breaker.recordNothing(at: elapsed)
            standings[index].skipped += 1
            return .skip(ProviderError(.overBudget), wait: wait)
        }
        standings[index].asked += 1
        return .ask
    }

    /// Whether a provider may be asked out of turn: its budget says so, whatever its breaker says.
    mutating func mayTry(_ index: Int, weight: Int, now: Timestamp) -> Bool {
        guard standings[index].obstacle == nil, standings[index].budget.take(weight, at: now) == nil else {
            return false
        }
        standings[index].asked += 1
        return true
    }

    mutating func succeeded(_ index: Int, latency: Duration, uses: [WeightUse], now: Timestamp) {
        standings[index].breaker.recordSuccess()
        standings[index].answered += 1
        standings[index].note(latency)
        standings[index].lastError = nil
        standings[index].budget.observe(uses, at: now)
    }

    mutating func failed(_ index: Int, _ error: ProviderError, elapsed: Duration) {
        guard error.code != .cancelled else {
            standings[index].breaker.recordNothing(at: elapsed)
            return
        }
        standings[index].failed += 1
        standings[index].lastError = error
        guard error.countsAgainstProvider else {
            standings[index].breaker.recordNothing(at: elapsed)
            return
        }
        standings[index].note(nil)
        standings[index].breaker.recordFailure(
            at: elapsed,
            retryAfter: error.retryAfter,
            atOnce: error.closesAtOnce,
            using: &random
        )
    }
}
