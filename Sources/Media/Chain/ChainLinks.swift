import HTTPClient

/// How each engine of a chain is doing: a pure value.
struct ChainLinks: Sendable {
    private struct Link {
        var breaker: CircuitBreaker
        var answered = 0
        var failed = 0
        var lastFailure: String?
    }

    private var links: [String: Link] = [:]

    private static var policy: CircuitBreaker.Policy {
        var policy = CircuitBreaker.Policy()
        policy.failuresMax = 3
        policy.openFor = .seconds(30)
        policy.openForMax = .seconds(300)
        return policy
    }

    init(_ names: [String]) {
        for name in names { links[name] = Link(breaker: CircuitBreaker(policy: Self.policy)) }
    }

    /// Whether an engine may be asked; a leave must be followed by an answer or a failure.
    mutating func mayAsk(_ name: String, at now: Duration) -> Bool { links[name]?.breaker.admit(at: now) == .ask }

    mutating func answered(_ name: String) {
        links[name]?.breaker.recordSuccess()
        links[name]?.answered += 1
        links[name]?.lastFailure = nil
    }

    mutating func failed(
        _ name: String,
        _ error: SpeechError,
        at now: Duration,
        using random: inout some RandomNumberGenerator
    ) {
        guard error.countsAgainstEngine else {
            links[name]?.breaker.recordNothing(at: now)
            return
        }
        links[name]?.failed += 1
        links[name]?.lastFailure = error.message
        links[name]?.breaker.recordFailure(
            at: now,
            retryAfter: error.retryAfter,
            atOnce: error.opensBreakerAtOnce,
            using: &random
        )
    }

    /// What became of an engine: how often it has answered and failed, and why it is left alone.
    func standing(_ name: String, at now: Duration) -> (
        answered: Int, failed: Int, lastFailure: String?, isLeftAlone: Bool
    ) {
        guard let link = links[name] else { return (0, 0, nil, false) }
        var isLeftAlone = false
        if case .open(let until) = link.breaker.state { isLeftAlone = until > now }
        return (link.answered, link.failed, link.lastFailure, isLeftAlone)
    }
}
