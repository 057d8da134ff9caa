package import Bus
package import HTTPClient
import Threading

/// Asks providers in order until one gives an answer that can be used: the front door of the market.
///
/// There is one of it for all kinds of questions, so that a provider of several kinds has one breaker and one budget. Who
/// is asked for what, and in which order, the pools say.
///
/// A provider that fails is passed over, first for one question, then for a while. Nothing is waited for except an
/// answer: whoever wants to be left alone is skipped, beside one that is silent the next one is asked, and the whole chain
/// has one deadline. What comes out is what a
/// provider said, with its name; there is no answer from memory and none made up.
package final class MarketSource: Sendable {
    package struct Settings: Hashable, Sendable {
        /// For all providers together, for one question.
        package var deadline: Duration = .seconds(10)
        /// For one provider.
        package var attemptLimit: Duration = .seconds(4)
        /// After so long without an answer the next provider is asked beside the one that is silent.
        package var patience: Duration = .milliseconds(900)
        /// A last price older than this counts as a failure of its provider, unless the provider itself allows more.
        package var quoteAgeMax: Duration = .seconds(60)
        /// How far ahead of our own clock a provider's may be.
        package var clockSkewMax: Duration = .seconds(30)
        package var breaker = CircuitBreaker.Policy()
        /// A question that nobody has answered is asked again so many times, of those whose failure may have passed.
        package var retriesMax = 0
        /// How long is waited before each of them.
        package var retryPause: Duration = .seconds(2)

        package init() {}
    }

    package let providers: [any DataProvider]
    package let settings: Settings
    private let stopwatch: Stopwatch
    let now: @Sendable () -> Timestamp
    private let state: Mutex<ChainState>

    /// - Parameters:
    ///   - providers: whom there is to ask.
    ///   - pools: who is asked for what, and in which order; without any everybody is, as they are listed.
    ///   - settings: the limits.
    ///   - stopwatch: measures and waits.
    ///   - now: what time it is.
    ///   - seed: where the scatter of waiting times comes from.
    ///   - previous: the chain that this one takes the place of. What its providers have said about how much and when
    ///     they may be asked goes on holding.
    package init(
        providers: [any DataProvider],
        pools: [Pool]? = nil,
        settings: Settings = Settings(),
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp = { .now },
        seed: UInt64 = .random(in: .min ... .max),
        inheriting previous: MarketSource? = nil
    ) {
        self.providers = providers
        self.settings = settings
        // Moments of the inherited breakers are on the previous chain's watch.
        self.stopwatch = previous?.stopwatch ?? stopwatch
        self.now = now
        let known = previous?.standings ?? []
        let standings = providers.map { provider in
            var standing = ProviderStanding(provider, policy: settings.breaker)
            if let old = known.first(where: { $0.name == provider.name }) { standing.inheritLimits(of: old) }
            return standing
        }
        state = Mutex(ChainState(standings: standings, pools: pools ?? Pool.ofAll(providers), seed: seed))
    }

    /// How each provider is doing, in order.
    package var standings: [ProviderStanding] { state.withLock { $0.standings } }

    /// Who is asked for what.
    package var pools: [Pool] { state.withLock { $0.pools } }

    /// Other pools take the place of those there are, with the next question.
    package func use(_ pools: [Pool]) { state.withLock { $0.use(pools) } }

    /// Who of a pool would be asked now, in this order, without those that are left alone.
    package func order(ofPool id: String) -> [String] {
        let now = now()
        return state.withLock { state in
            state.order(ofPool: id).map { state.standings[$0] }.filter { $0.status(at: now).isAvailable }.map(\.name)
        }
    }

    /// What has to outlive a restart of how much everybody was asked, by name.
    package var counted: [String: [WindowCount]] {
        let now = now()
        let counts = standings.map { ($0.name, $0.budget.counted(at: now)) }.filter { !$0.1.isEmpty }
        return Dictionary(counts) { first, _ in first }
    }

    /// Takes over what was counted before a restart.
    package func restore(_ counted: [String: [WindowCount]]) {
        let now = now()
        state.withLock { $0.restore(counted, at: now) }
    }

    /// Asks those of the category who can be asked just that, one after the other; when nobody answers and it is not too
    /// late, again.
    ///
    /// - Parameters:
    ///   - question: what to ask.
    ///   - names: who may be asked; `nil` for all.
    /// - Returns: what the first one told that could be used, with its name.
    /// - Throws: `NoSourceError` when nobody answers in time.
    func ask<Teller, Value>(
        _ question: MarketQuestion<Teller, Value>,
        among names: Set<String>? = nil
    ) async throws(NoSourceError) -> Sourced<Value> {
        let end = stopwatch.elapsed + (question.limits?.deadline ?? settings.deadline)
        let tellers = providers.map(question.teller)
        let able = Set(tellers.indices.filter { tellers[$0] != nil && names?.contains(providers[$0].name) ?? true })
        let order = state.withLock { $0.places(for: question.category, among: able) }
        var places = order[...]
        var retriesLeft = question.isRepeated ? settings.retriesMax : 0
        /// Who has failed in a way that may pass.
        var mayRecover: Set<Int> = []
        var isPausing = false
        var attempts: [Attempt] = []
        var waits: [Duration] = []
        /// Who is being asked, and since when.
        var underWay: [Int: Duration] = [:]
        let outcome = await withTaskGroup(of: Step<Value>.self) { group -> Result<Sourced<Value>, NoSourceError> in
            /// Asks the next one that may be asked.
            func askNext() {
                while let place = places.popFirst() {
                    let begin = stopwatch.elapsed
                    guard begin < end, !Task.isCancelled, let teller = tellers[place] else { return }
                    let weight = question.weight(teller)
                    let verdict = state.withLock { $0.verdict(on: place, weight: weight, elapsed: begin, now: now()) }
                    if case .skip(let error, let wait) = verdict {
                        attempts.append(Attempt(provider: providers[place].name, error: error, wasAsked: false))
                        if let wait { waits.append(wait) }
                        continue
                    }
                    underWay[place] = begin
                    let limit = min(end - begin, question.limits?.attempt ?? settings.attemptLimit)
                    // Beside those that are silent.
                    group.addTask { [self] in
                        do throws(ProviderError) {
                            let answer = try await timed(limit: limit, teller, question)
                            return .ended(place, .success(answer), after: stopwatch.elapsed - begin)
                        } catch {
                            return .ended(place, .failure(error), after: stopwatch.elapsed - begin)
                        }
                    }
                    guard !places.isEmpty else { return }
                    // Against the question.
                    group.addTask { [stopwatch, settings] in
                        do {
                            try await stopwatch.sleep(until: begin + settings.patience)
                            return .silent(place, since: begin)
                        } catch {
                            return .over
                        }
                    }
                    return
                }
            }
            /// Prepares asking once more those who may answer by then.
            ///
            /// - Returns: whether there is anybody, and time.
            func pauseBeforeRetry() -> Bool {
                let moment = stopwatch.elapsed + settings.retryPause
                guard retriesLeft > 0, !mayRecover.isEmpty, moment < end, !Task.isCancelled else { return false }
                retriesLeft -= 1
                places = order.filter(mayRecover.contains)[...]
                mayRecover = []
                isPausing = true
                // Whoever gives the question up need not wait for its end.
                group.addTask { [stopwatch] in
                    do {
                        try await stopwatch.sleep(until: moment)
                        return .again
                    } catch {
                        return .over
                    }
                }
                return true
            }
            defer { group.cancelAll() }
            askNext()
            while !underWay.isEmpty || isPausing || pauseBeforeRetry(), let step = await group.next() {
                switch step {
                case .over: break
                case .again:
                    isPausing = false
                    let names = Set(places.map { providers[$0].name })
                    attempts.removeAll { names.contains($0.provider) }
                    askNext()
                case .silent(let place, let begin):
                    if underWay[place] == begin { askNext() }
                case .ended(let place, .success(let answer), let latency):
                    underWay[place] = nil
                    let moment = stopwatch.elapsed
                    state.withLock { state in
                        state.succeeded(place, latency: latency, uses: answer.uses, now: now())
                        // Whoever was asked a moment ago is let off; whoever has had his time has taken too long.
                        for (other, begin) in underWay {
                            let isSlow = moment - begin >= settings.patience
                            state.failed(other, isSlow ? .overtaken : ProviderError(.cancelled), elapsed: moment)
                        }
                    }
                    attempts += underWay.filter { moment - $0.value >= settings.patience }.keys.sorted().map {
                        Attempt(provider: providers[$0].name, error: .overtaken, wasAsked: true)
                    }
                    return .success(Sourced(answer.value, source: providers[place].name, passedOver: attempts))
                case .ended(let place, .failure(let error), _):
                    underWay[place] = nil
                    let isLeftAlone = state.withLock { state in
                        state.failed(place, error, elapsed: stopwatch.elapsed)
                        return state.standings[place].breaker.isOpen
                    }
                    attempts.append(Attempt(provider: providers[place].name, error: error, wasAsked: true))
                    if error.mayPassSoon, !isLeftAlone { mayRecover.insert(place) }
                    // The caller has gone, or the network client was shut down: nobody else is worth asking.
                    if error.code == .cancelled { (places, retriesLeft) = ([], 0) } else { askNext() }
                }
            }
            // Whoever was asked now may be asked again at any time.
            let isWorthWaiting = !attempts.isEmpty && attempts.allSatisfy { !$0.wasAsked }
            return .failure(
                NoSourceError(
                    attempts: attempts,
                    retryAfter: isWorthWaiting ? waits.min() : nil,
                    wasCancelled: Task.isCancelled || attempts.last?.error.code == .cancelled
                )
            )
        }
        return try outcome.get()
    }

    private enum Step<Value: Sendable>: Sendable {
        /// A provider has answered, or failed to.
        case ended(Int, Result<ProviderAnswer<Value>, ProviderError>, after: Duration)
        /// A provider that is asked since then has said nothing for as long as is waited for it alone.
        case silent(Int, since: Duration)
        /// Those who may have recovered are to be asked again.
        case again
        case over
    }

    /// Asks one provider out of turn, whatever its breaker says.
    func tryAgain<Teller, Value>(_ place: Int, _ question: MarketQuestion<Teller, Value>) async -> Bool {
        guard let teller = question.teller(providers[place]) else { return false }
        let weight = question.weight(teller)
        guard state.withLock({ $0.mayTry(place, weight: weight, now: now()) }) else { return false }
        let begin = stopwatch.elapsed
        do {
            let answer = try await timed(limit: settings.attemptLimit, teller, question)
            let latency = stopwatch.elapsed - begin
            state.withLock { $0.succeeded(place, latency: latency, uses: answer.uses, now: now()) }
            return true
        } catch {
            state.withLock { $0.failed(place, error, elapsed: stopwatch.elapsed) }
            return false
        }
    }

    /// Gives up after a limit, even on a provider that keeps its own limits badly.
    private func timed<Teller, Value>(
        limit: Duration,
        _ teller: Teller,
        _ question: MarketQuestion<Teller, Value>
    ) async throws(ProviderError) -> ProviderAnswer<Value> {
        let stopwatch = stopwatch
        typealias Outcome = Result<ProviderAnswer<Value>, ProviderError>
        let first = await withTaskGroup(of: Outcome.self) { group -> Outcome? in
            // The question against its time; whichever is first.
            group.addTask {
                do throws(ProviderError) {
                    return .success(try await question.ask(teller, limit))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await stopwatch.sleep(for: limit)
                    return .failure(ProviderError(.timedOut, "no answer in \(limit)"))
                } catch {
                    return .failure(ProviderError(.cancelled))
                }
            }
            let first = await group.next()
            group.cancelAll()
            return first
        }
        guard let first else { throw ProviderError(.cancelled) }
        return try first.get()
    }
}
