import Bus
package import HTTPClient

/// What is known of every target, over all calls: a pure value.
///
/// Moments are durations since some fixed start.
package struct TargetBoard: Sendable {
    /// What is known of one target.
    package struct Standing: Sendable {
        package fileprivate(set) var breaker: CircuitBreaker
        package fileprivate(set) var inFlight = 0
        /// How long it takes until it says something, on the whole; `nil` before the first answer.
        package fileprivate(set) var latency: Duration?
        package fileprivate(set) var asked: UInt64 = 0
        package fileprivate(set) var answered: UInt64 = 0
        package fileprivate(set) var failed: UInt64 = 0
        package fileprivate(set) var lastFailure: ModelFailure?
        /// It asks to be left alone until then, without being ill.
        fileprivate var quietUntil: Duration?
        fileprivate var firstWords = LatencyWindow()
        /// How often in a row another has spoken first.
        fileprivate var overtaken = 0
    }

    /// Why a target is passed over.
    package enum Skip: Hashable, Sendable {
        /// Its breaker is open; until then, where that is known.
        case broken(until: Duration?)
        /// It asked to be left alone.
        case quiet(until: Duration)
        /// As many calls are under way there as may be.
        case crowded
        /// An operator has taken it out of service.
        case drained
    }

    /// Something that is worth telling.
    package enum Change: Hashable, Sendable {
        /// It is left alone from now on, for so long, because of this.
        case opened(ModelTarget, for: Duration, ModelFailure)
        /// It answers again.
        case closed(ModelTarget)
    }

    package enum Admission: Hashable, Sendable {
        case ask
        case skip(Skip)
    }

    package struct Settings: Hashable, Sendable {
        package var breaker = CircuitBreaker.Policy()
        /// Calls under way at one target.
        package var atOnceMax = 64
        /// How long a provider is left alone at least whose key or money is gone, or that lacks a model: none of it comes
        /// back by itself.
        package var shutFor: Duration = .seconds(3600)
        /// How much of a new latency goes into the mean.
        package var latencyShare = 0.2
        /// What is asked once more, or of a second target at once, beside what is asked anyway.
        package var extra = AskBudget.Policy()

        package init() {}
    }

    /// What holds from now on; breakers that there are keep the rules they began with.
    package var settings: Settings
    private var budget: AskBudget
    private var standings: [ModelTarget: Standing] = [:]
    /// Providers whose key or money is gone, and until when none of their models is asked.
    private var shut: [String: Duration] = [:]
    /// Providers that an operator has taken out of service.
    package private(set) var drained: Set<String> = []
    private var changes: [Change] = []
    private var random: SplitMix64

    package init(settings: Settings = Settings(), seed: UInt64) {
        self.settings = settings
        budget = AskBudget(settings.extra)
        random = SplitMix64(state: seed)
    }

    package subscript(target: ModelTarget) -> Standing {
        standings[target] ?? Standing(breaker: CircuitBreaker(policy: settings.breaker))
    }

    /// Everything that has been asked so far.
    package var targets: [ModelTarget] { standings.keys.sorted { $0.description < $1.description } }

    /// What is to be told since the last time.
    package mutating func takeChanges() -> [Change] {
        defer { changes.removeAll() }
        return changes
    }

    // MARK: What operators do

    /// Takes a provider out of service, or back into it; what is under way there goes on.
    package mutating func drain(_ provider: String, _ isDrained: Bool) {
        if isDrained { drained.insert(provider) } else { drained.remove(provider) }
    }

    /// Providers that are left alone because nobody could reach them, or they were in trouble; of those that somebody
    /// asks.
    package var illProviders: Set<String> {
        Set(
            standings.filter { _, standing in
                guard case .open = standing.breaker.state else { return false }
                switch standing.lastFailure?.kind {
                case .unreachable, .timedOut, .truncated, .overloaded, .serverError, .malformed: return true
                default: return false
                }
            }.keys.map(\.provider)
        )
    }

    /// Providers whose key or money is gone, as far as we know.
    package func shutProviders(at now: Duration) -> [String] { shut.filter { $0.value > now }.keys.sorted() }

    /// A provider could be reached again, or a person says so: the next call is a trial.
    package mutating func recover(_ provider: String, at now: Duration) {
        shut[provider] = nil
        for (target, standing) in standings where target.provider == provider {
            standings[target]?.quietUntil = nil
            guard case .open = standing.breaker.state else { continue }
            standings[target]?.breaker.endPause(at: now)
        }
    }

    // MARK: Whom to ask

    /// Whether somebody may be asked who would not be asked if all went well.
    package var mayAskMore: Bool { budget.isEnough }

    /// Takes it from what there is for that.
    package mutating func askMore() { budget.spend() }

    /// How long a target takes to say something, in that share of its latest answers.
    ///
    /// - Parameters:
    ///   - target: which.
    ///   - quantile: from 0 to 1.
    /// - Returns: `nil` while it has not answered often enough to say.
    package func firstWord(of target: ModelTarget, quantile: Double) -> Duration? {
        standings[target]?.firstWords.quantile(quantile)
    }

    /// The members of a rung in the order in which they are to be asked; each once.
    package mutating func order(of rung: ModelRung) -> [ModelTarget] {
        switch rung.balance {
        case .inOrder: return rung.members.map(\.target)
        case .leastLatency:
            // Whoever is not known yet is tried first, once.
            return rung.members.map(\.target).enumerated().sorted { first, second in
                let latencies = (self[first.element].latency ?? .zero, self[second.element].latency ?? .zero)
                return latencies.0 == latencies.1 ? first.offset < second.offset : latencies.0 < latencies.1
            }.map(\.element)
        case .weighted:
            var (left, order) = (rung.members, [ModelTarget]())
            while !left.isEmpty {
                let total = left.reduce(0) { $0 + $1.weight }
                var place = total > 0 ? Int.random(in: 0..<total, using: &random) : 0
                let chosen = left.firstIndex { member in
                    defer { place -= member.weight }
                    return place < member.weight
                }
                order.append(left.remove(at: chosen ?? 0).target)
            }
            return order
        }
    }

    /// Asks for leave to ask; a leave must be followed by one of the `record` methods.
    package mutating func admit(_ target: ModelTarget, at now: Duration) -> Admission {
        guard !drained.contains(target.provider) else { return .skip(.drained) }
        if let until = shut[target.provider] {
            guard now >= until else { return .skip(.broken(until: until)) }
            shut[target.provider] = nil
        }
        var standing = self[target]
        defer { standings[target] = standing }
        if let until = standing.quietUntil {
            guard now >= until else { return .skip(.quiet(until: until)) }
            standing.quietUntil = nil
        }
        guard standing.inFlight < settings.atOnceMax else { return .skip(.crowded) }
        if case .skip(let until) = standing.breaker.admit(at: now) { return .skip(.broken(until: until)) }
        standing.inFlight += 1
        standing.asked += 1
        budget.earn(settings.extra)
        return .ask
    }

    // MARK: What became of it

    /// It has begun to answer.
    package mutating func recordContent(_ target: ModelTarget, after latency: Duration) {
        var standing = self[target]
        standing.latency = standing.latency.map { $0 + (latency - $0) * settings.latencyShare } ?? latency
        standing.firstWords.add(latency)
        standing.overtaken = 0
        // A trial has shown what it was to show: the others need not wait for the end of a long answer.
        if standing.breaker.state == .probing {
            standing.breaker.recordSuccess()
            changes.append(.closed(target))
        }
        standings[target] = standing
    }

    /// Another that was asked later has spoken first, and it is not waited for.
    ///
    /// It would have taken that long at least, which must not make it look quick. One that is overtaken time and again, or
    /// on trial, is taken for silent: nobody would find out otherwise.
    package mutating func recordOvertaken(_ target: ModelTarget, after latency: Duration, at now: Duration) {
        var standing = self[target]
        standing.overtaken += 1
        standing.firstWords.add(latency)
        if let mean = standing.latency, latency > mean {
            standing.latency = mean + (latency - mean) * settings.latencyShare
        }
        standings[target] = standing
        if standing.overtaken > TargetBoard.overtakenMax || standing.breaker.state == .probing {
            recordFailure(target, ModelFailure(.timedOut, detail: "overtaken"), at: now)
        } else {
            recordNothing(target, at: now)
        }
    }

    /// How often in a row it may be overtaken.
    private static let overtakenMax = 3

    package mutating func recordSuccess(_ target: ModelTarget) {
        var standing = self[target]
        if standing.breaker.state == .probing { changes.append(.closed(target)) }
        standing.breaker.recordSuccess()
        standing.inFlight -= 1
        standing.answered += 1
        standings[target] = standing
    }

    package mutating func recordFailure(_ target: ModelTarget, _ failure: ModelFailure, at now: Duration) {
        var standing = self[target]
        defer { standings[target] = standing }
        standing.inFlight -= 1
        guard failure.countsAgainstProvider else { return standing.breaker.recordNothing(at: now) }
        standing.failed += 1
        standing.lastFailure = failure
        // A trial that fails opens it again, which is no news.
        let wasOpen = if case .closed = standing.breaker.state { false } else { true }
        if failure.kind == .rateLimited, let wait = failure.retryAfter {
            // Busy, not ill: nobody waits for it, and nobody counts it as broken.
            standing.quietUntil = max(standing.quietUntil ?? now, now + wait)
            return standing.breaker.recordNothing(at: now)
        }
        let pause = failure.opensBreakerAtOnce ? max(failure.retryAfter ?? .zero, settings.shutFor) : failure.retryAfter
        if failure.concernsWholeProvider, let pause { shut[target.provider] = now + pause }
        standing.breaker.recordFailure(
            at: now,
            retryAfter: pause,
            atOnce: failure.opensBreakerAtOnce,
            using: &random
        )
        if !wasOpen, case .open(let until) = standing.breaker.state {
            changes.append(.opened(target, for: until - now, failure))
        }
    }

    /// The call was given up for reasons of its own.
    package mutating func recordNothing(_ target: ModelTarget, at now: Duration) {
        var standing = self[target]
        standing.inFlight -= 1
        standing.breaker.recordNothing(at: now)
        standings[target] = standing
    }
}
