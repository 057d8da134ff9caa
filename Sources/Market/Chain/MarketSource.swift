package import Bus
package import Domain
package import HTTPClient
import Threading

/// Asks providers in order until one gives an answer that can be used: the front door of the market.
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
        package var strategy = PoolStrategy.priority
        /// What the operator thinks of the providers, by name.
        package var members: [String: PoolMember] = [:]
        /// A last price older than this counts as a failure of its provider.
        package var quoteAgeMax: Duration = .seconds(60)
        /// How far ahead of our own clock a provider's may be.
        package var clockSkewMax: Duration = .seconds(30)
        package var breaker = CircuitBreaker.Policy()

        package init() {}
    }

    package let providers: [any MarketProvider]
    package let settings: Settings
    private let stopwatch: Stopwatch
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<ChainState>

    /// - Parameters:
    ///   - providers: in the order in which they are asked.
    ///   - settings: the limits.
    ///   - stopwatch: measures and waits.
    ///   - now: what time it is.
    ///   - seed: where the scatter of waiting times comes from.
    ///   - previous: the chain that this one takes the place of. What its providers have said about how much and when
    ///     they may be asked goes on holding.
    package init(
        providers: [any MarketProvider],
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
            var standing = ProviderStanding(
                name: provider.name,
                allowance: provider.allowance,
                policy: settings.breaker
            )
            if let old = known.first(where: { $0.name == provider.name }) { standing.inheritLimits(of: old) }
            return standing
        }
        state = Mutex(ChainState(standings: standings, members: settings.members, seed: seed))
    }

    /// How each provider is doing, in order.
    package var standings: [ProviderStanding] { state.withLock { $0.standings } }

    /// The last prices of some pairs, all from one provider.
    ///
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func quotes(of pairs: [TradingPair]) async throws(NoSourceError) -> Sourced<[Quote]> {
        try await ask {
            $0.quoteWeight(pairs: pairs.count)
        } question: { provider, limit throws(ProviderError) in
            let query = QuoteQuery(pairs: pairs, now: self.now(), limit: limit)
            let answer = try await provider.quotes(query)
            try self.check(answer.value, pairs: pairs)
            return answer
        }
    }

    /// Candles of one pair whose interval has ended, oldest first.
    ///
    /// - Parameters:
    ///   - pair: the market.
    ///   - interval: how much time each covers.
    ///   - since: the opening time of the oldest one wanted; without it the newest.
    ///   - count: how many at most, 1 to 300.
    ///   - names: who may be asked; `nil` for all.
    /// - Returns: the candles with the name of who told them; none when none has ended.
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func closedCandles(
        of pair: TradingPair,
        interval: CandleInterval,
        since: Timestamp?,
        count: Int,
        among names: Set<String>? = nil
    ) async throws(NoSourceError) -> Sourced<CandleSeries> {
        let found = try await candles(of: pair, interval: interval, since: since, count: count, among: names)
        let closed = CandleChecks.closed(found.value.candles, at: now())
        let kept = since == nil ? Array(closed.suffix(count)) : Array(closed.prefix(count))
        let series = CandleSeries(pair: pair, symbol: found.value.symbol, interval: interval, candles: kept)
        return Sourced(series, source: found.source, passedOver: found.passedOver)
    }

    /// As `closedCandles`, and one more behind them, which usually still forms.
    package func candles(
        of pair: TradingPair,
        interval: CandleInterval,
        since: Timestamp?,
        count: Int,
        among names: Set<String>? = nil
    ) async throws(NoSourceError) -> Sourced<CandleSeries> {
        try await ask(among: names, weight: \.candleWeight) { provider, limit throws(ProviderError) in
            try await provider.candles(
                CandleQuery(
                    pair: pair,
                    interval: interval,
                    since: since,
                    // One more, because the newest is usually still forming.
                    count: count + 1,
                    now: self.now(),
                    limit: limit
                )
            )
        }
    }

    /// The names of those that tell candles from a moment on: some tell only so many of the newest.
    package func namesReaching(back time: Timestamp, interval: CandleInterval) -> Set<String> {
        let age = time.duration(to: now())
        return Set(
            providers.filter { provider in
                provider.candleReach.map { age <= interval.duration * $0 } ?? true
            }.map(\.name)
        )
    }

    /// Who of some has more than half of his allowance left, for whoever is in no hurry and leaves the rest to others.
    ///
    /// - Parameter names: who is of interest.
    /// - Returns: them; and how long until the first of the others has, `nil` when there is none.
    package func namesWithRoom(among names: Set<String>) -> (names: Set<String>, wait: Duration?) {
        let now = now()
        var found: Set<String> = []
        var waits: [Duration] = []
        for standing in standings where names.contains(standing.name) {
            let full = standing.budget.usage(at: now).filter { $0.used * 2 >= $0.usable }
            if let end = full.map(\.endsAt).max() {
                waits.append(now.duration(to: end))
            } else {
                found.insert(standing.name)
            }
        }
        return (found, waits.min())
    }

    /// Old prices are no prices, and those from the future mean that a clock is wrong.
    private func check(_ quotes: [Quote], pairs: [TradingPair]) throws(ProviderError) {
        guard quotes.map(\.pair) == pairs else { throw ProviderError(.malformed, "other pairs than asked for") }
        let now = now()
        for quote in quotes {
            let age = quote.asOf.duration(to: now)
            guard age <= settings.quoteAgeMax, age >= .zero - settings.clockSkewMax else {
                throw ProviderError(.outdated, "\(quote.symbol) is of \(quote.asOf)")
            }
        }
    }

    private func ask<Value: Sendable>(
        among names: Set<String>? = nil,
        weight: (any MarketProvider) -> Int,
        question: @escaping Question<Value>
    ) async throws(NoSourceError) -> Sourced<Value> {
        let end = stopwatch.elapsed + settings.deadline
        var places = state.withLock { $0.places(by: settings.strategy) }
            .filter { names?.contains(providers[$0].name) ?? true }[...]
        var attempts: [Attempt] = []
        var waits: [Duration] = []
        /// Who is being asked, and since when.
        var underWay: [Int: Duration] = [:]
        let outcome = await withTaskGroup(of: Step<Value>.self) { group -> Result<Sourced<Value>, NoSourceError> in
            /// Asks the next one that may be asked.
            func askNext() {
                while let place = places.popFirst() {
                    let begin = stopwatch.elapsed
                    guard begin < end, !Task.isCancelled else { return }
                    let provider = providers[place]
                    let verdict = state.withLock {
                        $0.verdict(on: place, weight: weight(provider), elapsed: begin, now: now())
                    }
                    if case .skip(let error, let wait) = verdict {
                        attempts.append(Attempt(provider: provider.name, error: error, wasAsked: false))
                        if let wait { waits.append(wait) }
                        continue
                    }
                    underWay[place] = begin
                    let limit = min(end - begin, settings.attemptLimit)
                    // Beside those that are silent.
                    group.addTask { [self] in
                        do throws(ProviderError) {
                            let answer = try await timed(limit: limit, provider: provider, question)
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
                            return .silent(place)
                        } catch {
                            return .over
                        }
                    }
                    return
                }
            }
            defer { group.cancelAll() }
            askNext()
            while !underWay.isEmpty, let step = await group.next() {
                switch step {
                case .over: break
                case .silent(let place):
                    if underWay[place] != nil { askNext() }
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
                    state.withLock { $0.failed(place, error, elapsed: stopwatch.elapsed) }
                    attempts.append(Attempt(provider: providers[place].name, error: error, wasAsked: true))
                    // The caller has gone, or the network client was shut down: nobody else is worth asking.
                    if error.code == .cancelled { places = [] } else { askNext() }
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
        /// A provider has said nothing for as long as is waited for it alone.
        case silent(Int)
        case over
    }

    /// Asks a provider that is left alone for prices, out of turn; when it answers well it is asked as usual again.
    ///
    /// - Returns: whether it answered well; `false` also when it is not known or its budget is spent.
    package func tryAgain(_ name: String, with pairs: [TradingPair]) async -> Bool {
        guard let index = providers.firstIndex(where: { $0.name == name }) else { return false }
        let provider = providers[index]
        let weight = provider.quoteWeight(pairs: pairs.count)
        guard state.withLock({ $0.mayTry(index, weight: weight, now: now()) }) else { return false }
        let begin = stopwatch.elapsed
        do {
            let answer = try await timed(limit: settings.attemptLimit, provider: provider) {
                provider,
                limit throws(ProviderError) in
                let answer = try await provider.quotes(QuoteQuery(pairs: pairs, now: self.now(), limit: limit))
                try self.check(answer.value, pairs: pairs)
                return answer
            }
            let latency = stopwatch.elapsed - begin
            state.withLock { $0.succeeded(index, latency: latency, uses: answer.uses, now: now()) }
            return true
        } catch {
            state.withLock { $0.failed(index, error, elapsed: stopwatch.elapsed) }
            return false
        }
    }

    private typealias Question<Value: Sendable> =
        @Sendable (any MarketProvider, Duration) async throws(ProviderError) -> ProviderAnswer<Value>

    /// Gives up after a limit, even on a provider that keeps its own limits badly.
    private func timed<Value: Sendable>(
        limit: Duration,
        provider: any MarketProvider,
        _ question: @escaping Question<Value>
    ) async throws(ProviderError) -> ProviderAnswer<Value> {
        let stopwatch = stopwatch
        typealias Outcome = Result<ProviderAnswer<Value>, ProviderError>
        let first = await withTaskGroup(of: Outcome.self) { group -> Outcome? in
            // The question against its time; whichever is first.
            group.addTask {
                do throws(ProviderError) {
                    return .success(try await question(provider, limit))
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
