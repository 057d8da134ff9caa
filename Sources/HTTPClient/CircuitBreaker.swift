/// Decides whether a provider may be asked: after several failures it is left alone for a while, then tried once.
///
/// A pure value. Moments are durations since some fixed start, so that a wall clock that is set back does no harm.
package struct CircuitBreaker: Hashable, Sendable {
    /// How failures are weighed.
    package struct Policy: Hashable, Sendable {
        /// After so many failures in a row it opens.
        package var failuresMax = 3
        /// How long it stays open at first; doubles with every failed trial.
        package var openFor: Duration = .seconds(5)
        package var openForMax: Duration = .seconds(120)
        /// The part of the waiting time that is left to chance, so that many clients do not come back at once.
        package var jitter = 0.5

        package init() {}
    }

    package enum State: Hashable, Sendable {
        /// Asked as usual; so many failures in a row.
        case closed(failures: Int)
        /// Left alone until then.
        case open(until: Duration)
        /// One question is under way to find out whether it is well again.
        case probing
    }

    package enum Admission: Hashable, Sendable {
        case ask
        /// Not before that moment; `nil` while somebody else's trial is under way.
        case skip(until: Duration?)
    }

    package let policy: Policy
    package private(set) var state = State.closed(failures: 0)
    /// How often it has opened since the last success.
    private var openings = 0

    package init(policy: Policy = Policy()) { self.policy = policy }

    /// Whether it is left alone, or on trial.
    package var isOpen: Bool { if case .closed = state { false } else { true } }

    /// Asks for leave to ask.
    ///
    /// A leave must be followed by one of the `record` methods.
    package mutating func admit(at now: Duration) -> Admission {
        switch state {
        case .closed: return .ask
        case .probing: return .skip(until: nil)
        case .open(let until) where now < until: return .skip(until: until)
        case .open:
            state = .probing
            return .ask
        }
    }

    package mutating func recordSuccess() {
        state = .closed(failures: 0)
        openings = 0
    }

    /// - Parameters:
    ///   - now: when the failure was noticed.
    ///   - retryAfter: how long the provider wants to be left alone, where it says so.
    ///   - atOnce: whether one failure is enough.
    ///   - random: where chance comes from.
    package mutating func recordFailure(
        at now: Duration,
        retryAfter: Duration?,
        atOnce: Bool,
        using random: inout some RandomNumberGenerator
    ) {
        let failures: Int
        switch state {
        case .closed(let earlier): failures = earlier + 1
        case .probing: failures = policy.failuresMax
        case .open(let until):
            // An answer to a question from before it opened; a longer wait asked for still counts.
            if let retryAfter { state = .open(until: max(until, now + retryAfter)) }
            return
        }
        guard atOnce || failures >= policy.failuresMax else {
            state = .closed(failures: failures)
            return
        }
        let wait = max(retryAfter ?? .zero, backoff(using: &random))
        openings += 1
        state = .open(until: now + wait)
    }

    /// The question came to no end that says anything about the provider: it was cancelled, or refused as such.
    package mutating func recordNothing(at now: Duration) {
        // The next question is the trial.
        if state == .probing { state = .open(until: now) }
    }

    /// There is reason to think that it is well again: the next question is the trial.
    package mutating func endPause(at now: Duration) {
        if case .open(let until) = state, until > now { state = .open(until: now) }
    }

    private func backoff(using random: inout some RandomNumberGenerator) -> Duration {
        let doubled = policy.openFor * Double(1 << min(openings, 20))
        let whole = min(policy.openForMax, doubled)
        return whole * (1 - policy.jitter * Double.random(in: 0...1, using: &random))
    }
}
