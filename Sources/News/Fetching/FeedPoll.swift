package import Bus
import HTTPClient

/// When a feed is asked, and what follows from its answers: every decision about one feed, as a value.
///
/// It is kept where it survives a restart. Its moments are those of the wall clock; should that be set back, the longest
/// wait there is goes on being the longest.
package struct FeedPoll: Codable, Hashable, Sendable {
    package struct Policy: Hashable, Sendable {
        /// From one answer to the next question while all is well, unless the feed wants more time in between.
        package var every: Duration = .seconds(300)
        /// The longest wait after failures, unless the site wants a longer one; and the longest that a feed can want.
        package var longest: Duration = .seconds(6 * 3_600)
        /// The least wait after a site has asked us to slow down.
        package var rateLimited: Duration = .seconds(900)
        /// The part of a wait that chance adds at most, so that feeds do not stay in step.
        package var jitter = 0.2

        package init() {}

        /// Every mistake, with its key.
        package func problems() -> [(key: String, text: String)] {
            var found: [(key: String, text: String)] = []
            if every < .seconds(30) || every > .seconds(86_400) { found.append(("every", "must be in 30 s...1 day")) }
            if longest < every || longest > .seconds(7 * 86_400) {
                found.append(("longest", "must be at least every and at most 7 days"))
            }
            if rateLimited < .zero || rateLimited > .seconds(86_400) {
                found.append(("rate_limited", "must be at most a day"))
            }
            if !(0...1).contains(jitter) { found.append(("jitter", "must be in 0...1")) }
            return found
        }
    }

    /// What is to be done.
    package enum Action: Hashable, Sendable {
        /// Nothing until then.
        case wait(until: Timestamp)
        /// Keep the value after `begin`, and ask with these.
        case fetch(FeedValidators)
        /// Take what the feed says.
        case deliver(FeedReading)
        /// The feed has failed so often in a row.
        case report(NewsError, failures: Int)
        /// It answers again, after so many failures.
        case recovered(failures: Int)
    }

    /// A failure, as far as it is kept.
    package struct Failure: Codable, Hashable, Sendable {
        package let code: NewsError.Code
        package let at: Timestamp
    }

    package private(set) var dueAt: Timestamp
    /// When the question began whose answer is not known.
    package private(set) var askedAt: Timestamp?
    /// Failures in a row.
    package private(set) var failures = 0
    /// When it was last answered well, with something new or not.
    package private(set) var lastSuccess: Timestamp?
    /// The last failure, also when it is over.
    package private(set) var lastFailure: Failure?
    package private(set) var validators = FeedValidators()
    /// How rarely the feed wants to be asked, where it says so: kept, as an answer that nothing is new does not say it.
    private var wantedSeconds: Int?

    /// A feed that was never asked.
    ///
    /// - Parameters:
    ///   - now: this moment.
    ///   - spread: the first question comes at some moment within it, so that many feeds do not begin at once.
    ///   - random: where chance comes from.
    package init(at now: Timestamp, spread: Duration = .zero, using random: inout some RandomNumberGenerator) {
        dueAt = now.advanced(by: spread * Double.random(in: 0...1, using: &random))
    }

    /// What is to be done now.
    package func next(_ policy: Policy, at now: Timestamp) -> Action {
        let wait = now.duration(to: dueAt)
        let most = max(policy.longest * (1 + policy.jitter), RetryAfter.longest)
        // Nobody sets so long a wait: the clock was set back.
        guard wait > .zero, wait <= most else { return .fetch(validators) }
        return .wait(until: dueAt)
    }

    /// A question is about to be asked.
    ///
    /// Should the program end before the answer, the next one comes after the usual wait.
    package mutating func begin(_ policy: Policy, at now: Timestamp) {
        dueAt = now.advanced(by: pace(policy))
        askedAt = now
    }

    /// From one answer to the next question while all is well.
    private func pace(_ policy: Policy) -> Duration {
        max(policy.every, min(.seconds(wantedSeconds ?? 0), policy.longest))
    }

    /// The question has its answer.
    ///
    /// - Parameters:
    ///   - result: what came of it.
    ///   - policy: what holds now.
    ///   - now: this moment.
    ///   - random: where chance comes from.
    /// - Returns: what follows, the next wait last.
    package mutating func end(
        _ result: Result<FeedAnswer, NewsError>,
        _ policy: Policy,
        at now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> [Action] {
        var actions: [Action] = []
        askedAt = nil
        switch result {
        case .success(let answer):
            if failures > 0 { actions.append(.recovered(failures: failures)) }
            failures = 0
            lastSuccess = now
            if case .feed(let reading, let validators) = answer {
                self.validators = validators
                note(reading)
                actions.append(.deliver(reading))
            }
            dueAt = now.advanced(by: scattered(pace(policy), policy, using: &random))
        // That we have stopped asking says nothing of the feed.
        case .failure(let error) where error.code == .cancelled: dueAt = now
        case .failure(let error):
            failures += 1
            lastFailure = Failure(code: error.code, at: now)
            actions.append(.report(error, failures: failures))
            dueAt = now.advanced(by: wait(after: error, policy, using: &random))
        }
        return actions + [.wait(until: dueAt)]
    }

    /// What is missing from a feed that was not read to its end may stand there.
    private mutating func note(_ reading: FeedReading) {
        guard reading.end == .complete || reading.timeToLive != nil else { return }
        wantedSeconds = reading.timeToLive.map { Int($0.components.seconds) }
    }

    /// Somebody wants it asked at once.
    package mutating func hurry(at now: Timestamp) { dueAt = min(dueAt, now) }

    /// Doubles with every failure; a site that names a time is left alone until then.
    private func wait(
        after error: NewsError,
        _ policy: Policy,
        using random: inout some RandomNumberGenerator
    ) -> Duration {
        let isHopeless = error.code == .gone || error.disposition == .fail
        let doubled = policy.every * Double(1 << min(failures - 1, 20))
        var wait = isHopeless ? policy.longest : min(policy.longest, doubled)
        if error.code == .rateLimited { wait = max(wait, policy.rateLimited) }
        return max(scattered(wait, policy, using: &random), error.retryAfter ?? .zero)
    }

    private func scattered(
        _ wait: Duration,
        _ policy: Policy,
        using random: inout some RandomNumberGenerator
    ) -> Duration {
        wait * (1 + policy.jitter * Double.random(in: 0...1, using: &random))
    }
}
