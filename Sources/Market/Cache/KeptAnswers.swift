package import Bus
import Threading

/// An answer, and how much it is to be trusted.
package struct KeptAnswer<Value: Sendable>: Sendable {
    package let value: Value
    /// Who told it.
    package let source: String
    /// When it was so, by whoever told it.
    package let asOf: Timestamp
    /// How long ago it was told to us.
    package let age: Duration
    /// Whether it was there already when it was asked for.
    package let isCached: Bool
    /// Whether it is older than it should be, because nobody tells a newer one.
    package let isStale: Bool
    /// Who gave nothing when it was last asked for.
    package let passedOver: [Attempt]
}

/// What providers have told lately, so that asking for the same again costs them nothing.
///
/// Of several who ask at once only the first asks a provider. When nobody answers, the last value is served for a while
/// and says that it is stale; afterwards there is an error, never a made-up value. That nobody answers is remembered as
/// well, for a shorter time, so that an outage is no reason to ask more.
package final class KeptAnswers<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    package struct Settings: Hashable, Sendable {
        /// How long an answer is fresh.
        package var lifetime: Duration
        /// How long it may be served stale.
        package var staleMax: Duration = .seconds(3600)
        /// How long nobody is asked again after nobody has answered.
        package var missLifetime: Duration = .seconds(5)
        /// How many are kept.
        package var countMax = 1000

        package init(lifetime: Duration) { self.lifetime = lifetime }
    }

    /// What asking a provider brings.
    package typealias Answer = Sourced<(value: Value, asOf: Timestamp)>

    private let stopwatch: Stopwatch
    private let settings: @Sendable () -> Settings
    private let state = Mutex(KeptState<Key, Value>())

    package init(stopwatch: Stopwatch = Stopwatch(ContinuousClock()), settings: @escaping @Sendable () -> Settings) {
        self.stopwatch = stopwatch
        self.settings = settings
    }

    /// How many times somebody waits behind another one's question before he asks himself.
    private static var waitsMax: Int { 2 }

    /// The answer that is there, or a new one.
    ///
    /// - Parameters:
    ///   - key: what is asked for.
    ///   - lifetime: how long a new answer is fresh, by what it says; as for all others unless said otherwise.
    ///   - ask: asks a provider.
    /// - Returns: the answer with its age.
    /// - Throws: what `ask` throws, when there is no answer that may be served stale.
    package func answer(
        to key: Key,
        freshFor lifetime: ((Value) -> Duration)? = nil,
        asking ask: () async throws(NoSourceError) -> Answer
    ) async throws(NoSourceError) -> KeptAnswer<Value> {
        let settings = settings()
        var waits = 0
        while true {
            let now = stopwatch.elapsed
            switch state.withLock({ $0.claim(key, at: now, settings.missLifetime) }) {
            case .fresh(let kept): return kept.answer(at: now, isStale: false)
            case .missed(let error): return try staleAnswer(to: key, because: error, settings)
            case .wait(let end) where waits < KeptAnswers.waitsMax && !Task.isCancelled:
                waits += 1
                for await _ in end {}
            case .wait, .first: return try await newAnswer(to: key, settings, lifetime, ask)
            }
        }
    }

    private func newAnswer(
        to key: Key,
        _ settings: Settings,
        _ lifetime: ((Value) -> Duration)?,
        _ ask: () async throws(NoSourceError) -> Answer
    ) async throws(NoSourceError) -> KeptAnswer<Value> {
        do {
            let told = try await ask()
            let now = stopwatch.elapsed
            let kept = Kept(
                value: told.value.value,
                source: told.source,
                asOf: told.value.asOf,
                storedAt: now,
                freshUntil: now + (lifetime?(told.value.value) ?? settings.lifetime),
                passedOver: told.passedOver
            )
            finish(state.withLock { $0.store(kept, for: key, countMax: settings.countMax) })
            return kept.answer(at: now, isCached: false, isStale: false)
        } catch {
            let now = stopwatch.elapsed
            // A question that was given up says nothing about those that were asked.
            finish(
                state.withLock {
                    $0.miss(error.wasCancelled ? nil : error, for: key, at: now, countMax: settings.countMax)
                }
            )
            return try staleAnswer(to: key, because: error, settings)
        }
    }

    private func finish(_ waiting: [AsyncStream<Void>.Continuation]) {
        for one in waiting { one.finish() }
    }

    private func staleAnswer(
        to key: Key,
        because error: NoSourceError,
        _ settings: Settings
    ) throws(NoSourceError) -> KeptAnswer<Value> {
        let now = stopwatch.elapsed
        guard let kept = state.withLock({ $0[key] }), now - kept.storedAt <= settings.staleMax else { throw error }
        return kept.answer(at: now, isStale: now >= kept.freshUntil, passedOver: error.attempts)
    }
}

private struct Kept<Value: Sendable>: Sendable {
    let value: Value
    let source: String
    let asOf: Timestamp
    let storedAt: Duration
    let freshUntil: Duration
    let passedOver: [Attempt]

    func answer(
        at now: Duration,
        isCached: Bool = true,
        isStale: Bool,
        passedOver later: [Attempt]? = nil
    ) -> KeptAnswer<Value> {
        KeptAnswer(
            value: value,
            source: source,
            asOf: asOf,
            age: now - storedAt,
            isCached: isCached,
            isStale: isStale,
            passedOver: later ?? passedOver
        )
    }
}

/// What is kept, as a value.
///
/// Moments are durations since some fixed start.
private struct KeptState<Key: Hashable & Sendable, Value: Sendable> {
    enum Claim {
        case fresh(Kept<Value>)
        /// Nobody has answered a moment ago.
        case missed(NoSourceError)
        /// Nobody asks; whoever gets this has to, and must say what came of it.
        case first
        /// Somebody asks; it ends when that is over.
        case wait(AsyncStream<Void>)
    }

    private struct Miss {
        let error: NoSourceError
        let at: Duration
    }

    private var kept: [Key: Kept<Value>] = [:]
    private var misses: [Key: Miss] = [:]
    private var flights: [Key: [AsyncStream<Void>.Continuation]] = [:]

    subscript(key: Key) -> Kept<Value>? { kept[key] }

    mutating func claim(_ key: Key, at now: Duration, _ missLifetime: Duration) -> Claim {
        if let kept = kept[key], now < kept.freshUntil { return .fresh(kept) }
        if let miss = misses[key] {
            if now - miss.at < missLifetime { return .missed(miss.error) }
            misses[key] = nil
        }
        guard flights[key] != nil else {
            flights[key] = []
            return .first
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        flights[key]?.append(continuation)
        return .wait(stream)
    }

    /// - Returns: those who wait for it.
    mutating func store(_ new: Kept<Value>, for key: Key, countMax: Int) -> [AsyncStream<Void>.Continuation] {
        kept[key] = new
        misses[key] = nil
        if kept.count > countMax {
            // The oldest go, a quarter of them at once.
            let oldest = kept.sorted { $0.value.storedAt < $1.value.storedAt }.prefix(kept.count - countMax * 3 / 4)
            for (key, _) in oldest { kept[key] = nil }
        }
        return flights.removeValue(forKey: key) ?? []
    }

    /// - Parameters:
    ///   - error: `nil` when it says nothing.
    ///   - key: what was asked for.
    ///   - now: when it was clear that nobody answers.
    ///   - countMax: how many are remembered.
    /// - Returns: those who wait for it.
    mutating func miss(
        _ error: NoSourceError?,
        for key: Key,
        at now: Duration,
        countMax: Int
    ) -> [AsyncStream<Void>.Continuation] {
        if let error {
            if misses.count >= countMax { misses.removeAll() }
            misses[key] = Miss(error: error, at: now)
        }
        return flights.removeValue(forKey: key) ?? []
    }
}
