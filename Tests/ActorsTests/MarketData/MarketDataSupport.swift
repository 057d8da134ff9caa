import Actors
import Bus
import Domain
import Logging
import Market
import TestKit
import Threading

/// The wall clock of these tests starts here and moves with the manual clock.
let testStart = Timestamp(seconds: 1_700_000_040)

/// One time on two clocks: the actor under test waits on the one, the questions it asks are limited by the other.
///
/// So an actor asleep on its own clock has no question under way, and no step leaps past the time-out of one.
struct TestTime: Sendable {
    let clock = ManualClock()
    let stopwatch: Stopwatch
    private let questionClock = ManualClock()
    let questionStopwatch: Stopwatch

    init() {
        stopwatch = Stopwatch(clock)
        questionStopwatch = Stopwatch(questionClock)
    }

    var now: @Sendable () -> Timestamp {
        let clock = clock
        return { testStart.advanced(by: ManualClock.Instant.zero.duration(to: clock.now)) }
    }

    /// Moves the time on to the next moment that the actor waits for.
    func step() async {
        await clock.waitForSleepers(1)
        guard let next = clock.nextWakeUp else { return }
        // First this one, so that whoever wakes up sees the same time on both.
        questionClock.advance(to: next)
        clock.advance(to: next)
    }

    /// Moves the time on, past moments that somebody waits for, once the actor does nothing but wait.
    func leap(by length: Duration) async {
        await clock.waitForSleepers(1)
        pass(length)
    }

    /// Moves the time on, while nobody waits.
    func pass(_ length: Duration) {
        let next = clock.now.advanced(by: length)
        questionClock.advance(to: next)
        clock.advance(to: next)
    }
}

/// A provider whose network can be cut.
final class SwitchedProvider: MarketProvider {
    let name: String
    private let state: Mutex<State>

    private struct State {
        var error: ProviderError?
        var price = 100
        var asked = 0
    }

    init(_ name: String, error: ProviderError? = nil) {
        self.name = name
        state = Mutex(State(error: error))
    }

    var asked: Int { state.withLock { $0.asked } }
    func fail(with error: ProviderError?) { state.withLock { $0.error = error } }

    func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        let (error, price) = state.withLock { state in
            state.asked += 1
            state.price += 1
            return (state.error, state.price)
        }
        if let error { throw error }
        let quotes = query.pairs.map {
            Quote(pair: $0, symbol: "\($0.base)USDT", price: Price(ExactDecimal(price)), asOf: query.now)
        }
        return ProviderAnswer(quotes)
    }

    /// A flat candle for every finished minute, and the one that is still forming.
    func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        if let error = state.withLock({ $0.error }) { throw error }
        let newest = query.interval.start(of: query.now)
        var opening = query.since ?? newest.advanced(by: .zero - query.interval.duration * (query.count - 1))
        var candles: [Candle] = []
        let price = Price(ExactDecimal(100))
        while opening <= newest, candles.count < query.count {
            candles.append(
                Candle(
                    openTime: opening,
                    interval: query.interval,
                    open: price,
                    high: price,
                    low: price,
                    close: price,
                    volume: .zero
                )
            )
            opening = opening.advanced(by: query.interval.duration)
        }
        return ProviderAnswer(
            CandleSeries(pair: query.pair, symbol: "\(query.pair.base)USDT", interval: query.interval, candles: candles)
        )
    }
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension Subscription {
    /// The next `count` events; fewer only when the subscription ends first.
    func take(_ count: Int) async -> [Envelope<Payload>] {
        var result: [Envelope<Payload>] = []
        guard count > 0 else { return result }
        for await envelope in self {
            result.append(envelope)
            if result.count == count { break }
        }
        return result
    }
}

/// Runs an actor while the test looks on, and waits for its end.
func whileRunning(_ actor: some SupervisedActor, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
        group.addTask { try await actor.run() }
        do {
            try await body()
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        try await group.waitForAll()
    }
}

/// Counts what happens on other tasks.
final class Steps: Sendable {
    private let value = Atomic(0)
    var count: Int { value.load(ordering: .acquiring) }
    func add() { value.add(1, ordering: .releasing) }
}
