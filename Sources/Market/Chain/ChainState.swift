import Bus
import HTTPClient

/// What the chain decides, as a value: whom to ask next, and what to remember of the answer.
struct ChainState: Sendable {
    private(set) var standings: [ProviderStanding]
    private let members: [PoolMember]
    private var order = PoolOrder()
    private var random: SplitMix64

    /// - Parameters:
    ///   - standings: how each provider is doing.
    ///   - members: what the operator thinks of each; the usual where nothing is said.
    ///   - seed: where chance comes from.
    init(standings: [ProviderStanding], members: [String: PoolMember] = [:], seed: UInt64) {
        self.standings = standings
        self.members = standings.map { members[$0.name] ?? .usual }
        random = SplitMix64(state: seed)
    }

    /// Whom to ask now, in this order.
    mutating func places(by strategy: PoolStrategy) -> [Int] {
        order.next(strategy, members, standings, using: &random)
    }

    /// What to do with one provider now.
    enum Verdict: Hashable {
        case ask
        /// Why it is passed over, and how long that will be so.
        case skip(ProviderError, wait: Duration?)
    }

    mutating func verdict(on index: Int, weight: Int, elapsed: Duration, now: Timestamp) -> Verdict {
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
        guard standings[index].budget.take(weight, at: now) == nil else { return false }
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
