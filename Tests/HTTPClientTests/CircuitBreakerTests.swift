import Bus
import HTTPClient
import Testing

struct CircuitBreakerTests {
    private var policy: CircuitBreaker.Policy {
        var policy = CircuitBreaker.Policy()
        policy.jitter = 0
        policy.openFor = .seconds(5)
        policy.openForMax = .seconds(12)
        return policy
    }

    private func fail(
        _ breaker: inout CircuitBreaker,
        at now: Duration,
        retryAfter: Duration? = nil,
        atOnce: Bool = false
    ) {
        var random = SplitMix64(state: 1)
        breaker.recordFailure(at: now, retryAfter: retryAfter, atOnce: atOnce, using: &random)
    }

    @Test func `it opens at the third failure in a row`() {
        var breaker = CircuitBreaker(policy: policy)
        fail(&breaker, at: .zero)
        fail(&breaker, at: .seconds(1))
        #expect(breaker.admit(at: .seconds(1)) == .ask)
        fail(&breaker, at: .seconds(2))
        #expect(breaker.admit(at: .seconds(3)) == .skip(until: .seconds(7)))
    }

    @Test func `a success in between starts the count again`() {
        var breaker = CircuitBreaker(policy: policy)
        fail(&breaker, at: .zero)
        fail(&breaker, at: .zero)
        breaker.recordSuccess()
        fail(&breaker, at: .zero)
        fail(&breaker, at: .zero)
        #expect(breaker.state == .closed(failures: 2))
    }

    @Test func `after its time one question goes through and no second`() {
        var breaker = CircuitBreaker(policy: policy)
        fail(&breaker, at: .zero, atOnce: true)
        #expect(breaker.admit(at: .seconds(5)) == .ask)
        #expect(breaker.admit(at: .seconds(5)) == .skip(until: nil))
        breaker.recordSuccess()
        #expect(breaker.admit(at: .seconds(5)) == .ask)
    }

    @Test func `each failed trial doubles the wait up to its limit`() {
        var breaker = CircuitBreaker(policy: policy)
        fail(&breaker, at: .zero, atOnce: true)
        #expect(breaker.state == .open(until: .seconds(5)))
        _ = breaker.admit(at: .seconds(5))
        fail(&breaker, at: .seconds(5))
        #expect(breaker.state == .open(until: .seconds(15)))
        _ = breaker.admit(at: .seconds(15))
        fail(&breaker, at: .seconds(15))
        #expect(breaker.state == .open(until: .seconds(27)))
    }

    @Test func `a provider that asks for a longer rest gets it`() {
        var breaker = CircuitBreaker(policy: policy)
        fail(&breaker, at: .zero, retryAfter: .seconds(120), atOnce: true)
        #expect(breaker.state == .open(until: .seconds(120)))
        // An answer to an older question asks for more.
        fail(&breaker, at: .seconds(1), retryAfter: .seconds(300))
        #expect(breaker.state == .open(until: .seconds(301)))
    }

    @Test func `a trial that came to nothing can be made again`() {
        var breaker = CircuitBreaker(policy: policy)
        fail(&breaker, at: .zero, atOnce: true)
        _ = breaker.admit(at: .seconds(6))
        breaker.recordNothing(at: .seconds(6))
        #expect(breaker.admit(at: .seconds(6)) == .ask)
    }

    @Test func `chance shortens the wait and never lengthens it`() {
        var policy = policy
        policy.jitter = 0.5
        var waits: Set<Duration> = []
        for seed in UInt64(0)..<20 {
            var breaker = CircuitBreaker(policy: policy)
            var random = SplitMix64(state: seed)
            breaker.recordFailure(at: .zero, retryAfter: nil, atOnce: true, using: &random)
            guard case .open(let until) = breaker.state else {
                Issue.record("not open")
                return
            }
            #expect(until >= .milliseconds(2500) && until <= .seconds(5))
            waits.insert(until)
        }
        #expect(waits.count > 10)
    }
}
