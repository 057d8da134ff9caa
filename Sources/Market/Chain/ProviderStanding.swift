package import HTTPClient

/// Everything the chain remembers about one provider.
package struct ProviderStanding: Sendable {
    package let name: String
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

    init(name: String, allowance: WeightAllowance?, policy: CircuitBreaker.Policy) {
        self.name = name
        breaker = CircuitBreaker(policy: policy)
        budget = WeightBudget(allowance)
    }

    /// Takes over what the provider has said about how much and when it may be asked.
    ///
    /// Failures are not taken over: another address may be what cures them.
    mutating func inheritLimits(of old: ProviderStanding) {
        budget = old.budget
        guard let lastError = old.lastError, lastError.closesAtOnce else { return }
        breaker = old.breaker
        self.lastError = lastError
    }
}
