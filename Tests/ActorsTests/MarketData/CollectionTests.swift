import Actors
import Bus
import Domain
import Market
import MarketHistory
import Store
import StorePostgres
import TestKit
import Testing
import Threading

/// Three days of collecting, with an exchange that loses and changes candles, and a program that ends in the middle.
@Suite(
    .serialized,
    .timeLimit(.minutes(2)),
    .disabled(if: isSanitized, "three days take minutes under the thread sanitizer")
)
struct CollectionTests {
    private static let pairs = ["BTC-USD", "ETH-USD"].compactMap { TradingPair($0) }
    private static let hours = 72
    /// Each round asks for the candles of so many minutes.
    private static let pollEvery: Duration = .seconds(120)

    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    @Test func `on SQLite three days are collected without loss, each candle once`() async throws {
        let folder = try TemporaryFolder()
        try await CollectionTests.collect(hours: CollectionTests.hours) { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
    func `on PostgreSQL three days are collected without loss, each candle once`() async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        try await CollectionTests.collect(hours: CollectionTests.hours) { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
    }

    /// How one life of the program ends.
    private enum Ending: CaseIterable {
        case inOrder
        case betweenStoringAndTelling
        case betweenTellingAndNoting
        /// The store is full for a while; then it ends in order.
        case afterTrouble

        var point: InterruptedHistory.Point? {
            switch self {
            case .betweenStoringAndTelling: .afterSaving
            case .betweenTellingAndNoting: .beforeNoting
            case .inOrder, .afterTrouble: nil
            }
        }
    }

    private static func collect(hours: Int, _ open: Open) async throws {
        let time = TestTime()
        let bus = try EventBus(types: EventCatalogue.all, ids: UUIDv7Generator(seed: 1), now: time.now)
        let store = try await open(bus, time.now)
        let records = MarketRecords(store: store, now: time.now)
        let exchange = UnreliableExchange()
        let heard = try Heard(bus)
        let end = testStart.advanced(by: .seconds(3600 * hours))
        var unnoted: [TradingPair: [Range<Timestamp>]] = [:]
        var endings = 0
        while time.now() < end {
            let ending = Ending.allCases[endings % Ending.allCases.count]
            endings += 1
            let history = InterruptedHistory(records.candles, time.stopwatch)
            try await live(
                until: min(end, time.now().advanced(by: .seconds(4 * 3600))),
                ending,
                history,
                exchange,
                bus,
                time
            )
            for (pair, stretches) in history.unnoted { unnoted[pair, default: []] += stretches }
            try await heard.catchUp(bus)
            // A while without a program: up to most of a day.
            time.pass(.seconds([600, 7200, 45_000][endings % 3]))
            try await fillHoles(records, exchange, time)
        }
        #expect(endings > 6)
        // What is still missing can be had now.
        exchange.becomeHonest(true)
        let history = InterruptedHistory(records.candles, time.stopwatch)
        try await live(until: time.now().advanced(by: .seconds(1800)), .inOrder, history, exchange, bus, time)
        try await heard.catchUp(bus)
        time.pass(.seconds(900))
        try await fillHoles(records, exchange, time)
        for pair in pairs {
            try await expectAll(of: pair, records, heard, unnoted[pair] ?? [])
        }
        await store.close()
    }

    /// One life of the program: all that it remembers is in the store.
    private static func live(
        until end: Timestamp,
        _ ending: Ending,
        _ history: InterruptedHistory,
        _ exchange: UnreliableExchange,
        _ bus: EventBus,
        _ time: TestTime
    ) async throws {
        let chain = MarketSource(providers: [exchange], stopwatch: time.questionStopwatch, now: time.now, seed: 1)
        var settings = MarketDataSettings(pairs: pairs, pollEvery: pollEvery)
        settings.keptIntervals = [.oneHour, .oneDay]
        let actor = MarketDataActor(
            context: ActorContext(incarnation: Incarnation(of: "market")),
            parts: MarketDataActor.Parts(
                bus: bus,
                feed: .live { chain },
                board: MarketBoard(),
                history: history,
                settings: { [settings] in settings },
                stopwatch: time.stopwatch,
                now: time.now,
                logger: quietLogger
            )
        )
        try await whileRunning(actor) {
            if ending == .afterTrouble { history.fail(times: 20) }
            while time.now() < end {
                await time.leap(by: pollEvery)
            }
            guard let point = ending.point else { return }
            history.hold(at: point)
            while !history.isHeld {
                await time.leap(by: pollEvery)
                await time.clock.waitForSleepers(1)
            }
        }
        #expect(history.failuresLeft == 0)
    }

    /// What the station does every hour.
    private static func fillHoles(_ records: MarketRecords, _ exchange: UnreliableExchange, _ time: TestTime)
        async throws
    {
        let backfill = CandleBackfill(
            source: MarketSource(providers: [exchange], now: time.now, seed: 1),
            candles: records.candles,
            pause: .zero,
            now: time.now
        )
        for pair in pairs {
            for interval in [CandleInterval.oneMinute, .oneHour] {
                do {
                    _ = try await backfill.fillHoles(
                        of: pair,
                        interval,
                        since: interval.start(of: time.now().advanced(by: .seconds(-5 * 86_400))),
                        questionsMax: 1000
                    )
                } catch let error as FetchError {
                    // It is away for some hours.
                    guard case .unanswered = error else { throw error }
                }
            }
        }
    }

    private static func expectAll(
        of pair: TradingPair,
        _ records: MarketRecords,
        _ heard: Heard,
        _ unnoted: [Range<Timestamp>]
    ) async throws {
        let (all, gaps) = (heard.closed(of: pair), heard.gaps(of: pair))
        let closed = all.filter { $0.missing == nil }
        let first = try #require(closed.first).candle.openTime
        let last = try #require(closed.last).candle.openTime
        #expect(first.duration(to: last) > .seconds(hours * 3600))
        // Stored: every candle that there is, each once.
        let name = CandleSeriesName(pair: pair, interval: .oneMinute, source: "exchange")
        let stored = try await Self.all(of: name, first..<last.advanced(by: .nanoseconds(1)), records.candles)
        var there: [Timestamp] = []
        var moment = first
        while moment <= last {
            if UnreliableExchange.exists(moment) { there.append(moment) }
            moment = moment.advanced(by: .seconds(60))
        }
        #expect(stored.map(\.openTime) == there)
        // Told: as it is stored, in order, each once; twice only what was told and not noted when the program ended.
        let byTime = Dictionary(uniqueKeysWithValues: stored.map { ($0.openTime, $0) })
        #expect(closed.allSatisfy { byTime[$0.candle.openTime] == $0.candle })
        var counts: [Timestamp: Int] = [:]
        for event in closed { counts[event.candle.openTime, default: 0] += 1 }
        let again = counts.filter { $0.value > 1 }
        // The first pair is the one that it ended with.
        if pair == pairs.first { #expect(!unnoted.isEmpty && !again.isEmpty) }
        #expect(
            again.allSatisfy { time, count in
                count == 2 && unnoted.contains { $0.lowerBound < time && time <= $0.upperBound }
            }
        )
        // What was not told lies in a gap that was.
        #expect(there.allSatisfy { time in counts[time] != nil || gaps.contains { $0.from <= time && time < $0.to } })
        #expect(counts.count > there.count * 8 / 10)
        // Larger candles: whole ones are exactly what the minutes make, over every restart.
        for interval in MarketDesk.largerIntervals {
            let whole = all.filter { $0.candle.interval == interval && $0.missing == 0 }
            let made = try CandleResampler.resample(stored, from: .oneMinute, to: interval)
            let byTime = Dictionary(uniqueKeysWithValues: made.map { ($0.candle.openTime, $0.candle) })
            #expect(whole.allSatisfy { byTime[$0.candle.openTime] == $0.candle }, "\(interval)")
            // No day of this exchange is whole, but most quarters of an hour are.
            if interval == .fifteenMinutes { #expect(Set(whole.map(\.candle.openTime)).count > hours) }
        }
        // The hours, which come by themselves, are all there.
        let hours = CandleInterval.oneHour.start(of: first)..<CandleInterval.oneHour.start(of: last)
        #expect(try await records.candles.holes(of: pair, .oneHour, in: hours).holes.isEmpty)
        #expect(try await records.candles.newest(of: pair, .oneDay) != nil)
    }

    private static func all(
        of series: CandleSeriesName,
        _ range: Range<Timestamp>,
        _ candles: CandleRepository
    ) async throws -> [Candle] {
        var found: [Candle] = []
        var rest: Range<Timestamp>? = range
        while let range = rest {
            let page = try await candles.candles(of: series, in: range)
            found += page.rows.map(\.candle)
            rest = page.rest
        }
        return found
    }
}

/// What was told on the bus, over all lives of the program.
private final class Heard {
    private let candles: Subscription<CandleClosed>
    private let holes: Subscription<CandleGapFound>
    private var closed: [CandleClosed] = []
    private var gaps: [CandleGapFound] = []

    init(_ bus: EventBus) throws {
        candles = try bus.subscribe(to: CandleClosed.self, as: "test", limit: 20_000)
        holes = try bus.subscribe(to: CandleGapFound.self, as: "test", limit: 20_000)
    }

    /// Takes what was published since the last time.
    func catchUp(_ bus: EventBus) async throws {
        func published(_ prefix: String) -> Int { bus.sequences(prefix: prefix).reduce(0) { $0 + Int($1.seq) } }
        closed += await candles.take(published("market.candle.closed") - closed.count).map(\.payload)
        gaps += await holes.take(published("market.gap.found") - gaps.count).map(\.payload)
    }

    func closed(of pair: TradingPair) -> [CandleClosed] { closed.filter { $0.pair == pair } }
    func gaps(of pair: TradingPair) -> [CandleGapFound] { gaps.filter { $0.pair == pair } }
}
