package import Bus
package import Domain
package import HTTPClient

/// Everything the chain remembers about one provider.
package struct ProviderStanding: Sendable {
    package let name: String
    /// What it can be asked for.
    package let categories: [PoolCategory]
    /// Why it cannot be asked at all as it is set up; `nil` when it can.
    package let obstacle: String?
    package internal(set) var breaker: CircuitBreaker
    package internal(set) var budget: WeightBudget
    package internal(set) var asked: UInt64 = 0
    package internal(set) var answered: UInt64 = 0
    package internal(set) var failed: UInt64 = 0
    /// Times it was passed over without being asked.
    package internal(set) var skipped: UInt64 = 0
    package internal(set) var lastError: ProviderError?
    /// How long the last answer took.
    package internal(set) var lastLatency: Duration?
    /// How long answers take, where each new one counts a fifth.
    package private(set) var smoothedLatency: Duration?
    /// Which of the latest questions were answered, a bit for each, the newest lowest.
    private var recent: UInt32 = 0
    private var recentCount = 0

    init(_ provider: any DataProvider, policy: CircuitBreaker.Policy) {
        name = provider.name
        categories = provider.categories
        obstacle = provider.obstacle
        breaker = CircuitBreaker(policy: policy)
        budget = WeightBudget(provider.allowance)
    }

    /// So many of the latest questions say how it is doing.
    private static let recentMax = 20
    /// It is degraded when it has answered a smaller share of them.
    private static let healthyShare = 0.9

    /// The share of the latest questions that it has answered; `nil` when it was not asked.
    package var successShare: Double? {
        recentCount == 0 ? nil : Double(recent.nonzeroBitCount) / Double(recentCount)
    }

    /// How it is doing.
    ///
    /// - Parameter now: what budgets count by.
    /// - Returns: a word for people.
    package func status(at now: Timestamp) -> PoolMemberStatus {
        if obstacle != nil { return .unavailable }
        let isLimited = lastError?.code == .rateLimited || lastError?.code == .banned
        switch breaker.state {
        // Its trial is due, or under way: until it has passed nothing has changed.
        case .open, .probing: return isLimited ? .rateLimited : .offline
        case .closed: break
        }
        if budget.isSpent(at: now) { return .rateLimited }
        return successShare ?? 1 < ProviderStanding.healthyShare ? .degraded : .online
    }

    /// Whether it is left alone after failures, and has not asked to be.
    package var isShutByFailures: Bool { breaker.isOpen && obstacle == nil && lastError?.closesAtOnce != true }

    /// Notes what came of a question.
    ///
    /// - Parameter latency: how long the answer took; `nil` when there was none.
    mutating func note(_ latency: Duration?) {
        recent = (recent << 1 | (latency == nil ? 0 : 1)) & (1 << UInt32(ProviderStanding.recentMax) - 1)
        recentCount = min(recentCount + 1, ProviderStanding.recentMax)
        guard let latency else { return }
        lastLatency = latency
        smoothedLatency = smoothedLatency.map { $0 * 0.8 + latency * 0.2 } ?? latency
    }

    /// Takes over what the provider has said about how much and when it may be asked.
    ///
    /// Failures are not taken over: another address may be what cures them.
    mutating func inheritLimits(of old: ProviderStanding) {
        // Another key may allow more.
        budget.goOn(from: old.budget)
        guard let lastError = old.lastError, lastError.closesAtOnce else { return }
        breaker = old.breaker
        self.lastError = lastError
    }
}
