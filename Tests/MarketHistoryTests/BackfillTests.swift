import Bus
import Domain
import MarketHistory
import Store
import TestKit
import Testing
import Threading

@testable import Market

/// Bringing candles of the past, in any number of goes.
@Suite(.timeLimit(.minutes(1)))
struct BackfillTests {
    /// Tells hours, but not those of each tenth hour, and counts the questions.
    private final class Exchange: MarketProvider {
        let name: String
        let candleReach: Int?
        let allowance: WeightAllowance?
        private let state = Mutex((asked: [Timestamp](), failing: false))

        init(_ name: String, reach: Int? = nil, perMinute: Int? = nil) {
            self.name = name
            candleReach = reach
            allowance = perMinute.map { WeightAllowance(limit: $0, windowSeconds: 60) }
        }

        var asked: [Timestamp] { state.withLock { $0.asked } }
        func fail(_ isFailing: Bool) { state.withLock { $0.failing = isFailing } }

        func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
            throw ProviderError(.unknownMarket)
        }

        func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
            let isFailing = state.withLock { state in
                state.asked.append(query.since ?? query.now)
                return state.failing
            }
            if isFailing { throw ProviderError(.unreachable) }
            let since = query.since ?? query.now
            let first = Int((since.nanoseconds - Sample.firstHour.nanoseconds) / 3_600_000_000_000)
            let candles = (first..<1000).filter { !$0.isMultiple(of: 10) }.prefix(query.count).map { Sample.candle($0) }
            return ProviderAnswer(
                CandleSeries(pair: query.pair, symbol: "X", interval: query.interval, candles: Array(candles))
            )
        }
    }

    private struct Bench {
        let store: SQLiteStore
        let candles: CandleRepository
        private let folder: TemporaryFolder

        init() async throws {
            folder = try TemporaryFolder()
            let time = ManualTime()
            var config = SQLiteConfig(path: folder.path("store.db"))
            config.synchronous = .normal
            store = try await SQLiteStore.open(
                config,
                bus: try EventBus(types: [], now: { time.now }),
                now: { time.now }
            )
            candles = CandleRepository(store: store, now: { time.now })
        }

        func backfill(_ exchanges: [Exchange], seconds: Int = 3600) -> CandleBackfill {
            let now = Sample.hour(1000)
            return CandleBackfill(
                source: MarketSource(providers: exchanges, now: { now }, seed: 1),
                candles: candles,
                pause: .zero,
                now: { now }
            )
        }
    }

    private static func order(_ hours: Range<Int>, source: String? = nil) -> CandleBackfill.Order {
        CandleBackfill.Order(pair: Sample.bitcoin, interval: .oneHour, range: Sample.hours(hours), source: source)
    }

    @Test func `all that there is comes, and what there is not is known to be missing`() async throws {
        let bench = try await Bench()
        let exchange = Exchange("binance")
        #expect(try await bench.backfill([exchange]).work(on: BackfillTests.order(0..<900), for: .seconds(60)))
        let page = try await bench.candles.candles(of: Sample.bitcoin, .oneHour, in: Sample.hours(0..<900), limit: 1000)
        #expect(page.rows.map(\.candle) == (0..<900).filter { !$0.isMultiple(of: 10) }.map { Sample.candle($0) })
        let holes = try await bench.candles.holes(of: Sample.bitcoin, .oneHour, in: Sample.hours(0..<900)).holes
        #expect(holes.count == 90 && holes.allSatisfy { $0.wasAsked && $0.gap.missing == 1 })
        // No question twice, and none that is not needed.
        #expect(exchange.asked.count <= 4 && Set(exchange.asked).count == exchange.asked.count)
        let before = exchange.asked.count
        #expect(try await bench.backfill([exchange]).work(on: BackfillTests.order(100..<800), for: .seconds(60)))
        #expect(exchange.asked.count == before)
    }

    @Test func `one that is interrupted goes on where it was`() async throws {
        let bench = try await Bench()
        let exchange = Exchange("binance")
        // No time at all: nothing is asked.
        #expect(try await !bench.backfill([exchange]).work(on: BackfillTests.order(0..<900), for: .zero))
        #expect(exchange.asked.isEmpty)
        let fetcher = CandleFetcher(
            source: MarketSource(providers: [exchange], now: { Sample.hour(1000) }, seed: 1),
            candles: bench.candles,
            now: { Sample.hour(1000) }
        )
        _ = try await fetcher.fetch(Sample.hours(0..<299), of: Sample.bitcoin, .oneHour)
        exchange.fail(true)
        await #expect(throws: FetchError.self) {
            _ = try await bench.backfill([exchange]).work(on: BackfillTests.order(0..<900), for: .seconds(60))
        }
        exchange.fail(false)
        #expect(try await bench.backfill([exchange]).work(on: BackfillTests.order(0..<900), for: .seconds(60)))
        #expect(exchange.asked.filter { $0 == Sample.hour(0) }.count == 1)
        #expect(
            try await bench.candles.holes(of: Sample.bitcoin, .oneHour, in: Sample.hours(0..<900)).holes.count == 90
        )
    }

    @Test func `one that tells only the newest is not asked for what is older`() async throws {
        let bench = try await Bench()
        let (near, far) = (Exchange("kraken", reach: 720), Exchange("binance"))
        #expect(try await bench.backfill([near, far]).work(on: BackfillTests.order(0..<200), for: .seconds(60)))
        #expect(near.asked.isEmpty && !far.asked.isEmpty)
        do {
            let order = BackfillTests.order(0..<200, source: "kraken")
            _ = try await bench.backfill([near, far]).work(on: order, for: .seconds(60))
            Issue.record("nobody could be asked")
        } catch FetchError.nobodyReaches {
            #expect(near.asked.isEmpty)
        }
        #expect(
            try await bench.backfill([near, far])
                .work(on: BackfillTests.order(400..<500, source: "kraken"), for: .seconds(60))
        )
        #expect(!near.asked.isEmpty)
    }

    @Test func `half of an allowance is left to those who ask for what is due now`() async throws {
        let bench = try await Bench()
        // Of five a minute four are ours, and two of them are a backfill's.
        let exchange = Exchange("binance", perMinute: 5)
        do {
            _ = try await bench.backfill([exchange]).work(on: BackfillTests.order(0..<990), for: .seconds(60))
            Issue.record("it was asked more often than it should")
        } catch FetchError.unanswered(let error) {
            #expect(exchange.asked.count == 2)
            #expect(error.attempts.map(\.error.code) == [.overBudget])
            let wait = try #require(error.retryAfter)
            #expect(wait > .zero && wait <= .seconds(60))
        }
    }

    @Test func `what a source had lost is asked for once more`() async throws {
        let bench = try await Bench()
        _ = try await bench.candles.save(Sample.candles(101..<105) + Sample.candles(107..<109), of: Sample.hourly)
        try await bench.candles.noteAsked(Sample.hours(101..<109), of: Sample.hourly)
        let found = try await bench.backfill([Exchange("binance")])
            .fillHoles(of: Sample.bitcoin, .oneHour, since: Sample.hour(50), questionsMax: 3)
        // Of the hole, and of what followed the last candle up to now.
        #expect(found >= 2)
        let page = try await bench.candles.candles(of: Sample.bitcoin, .oneHour, in: Sample.hours(0..<110))
        #expect(page.rows.first?.candle.openTime == Sample.hour(101))
        #expect(page.rows.map(\.candle).contains(Sample.candle(105)))
    }

    // MARK: Values

    @Test func `stretches of time that touch are one`() {
        let ranges = TimeRanges([5..<8, 0..<3, 3..<4, 7..<9, 20..<20].map { Sample.hours($0) })
        #expect(ranges.ranges == [Sample.hours(0..<4), Sample.hours(5..<9)])
        #expect(ranges.uncovered(of: Sample.hours(-1..<12)) == [-1..<0, 4..<5, 9..<12].map { Sample.hours($0) })
        #expect(ranges.covered(of: Sample.hours(2..<6)) == [2..<4, 5..<6].map { Sample.hours($0) })
        #expect(TimeRanges().uncovered(of: Sample.hours(0..<1)) == [Sample.hours(0..<1)])
        #expect(ranges.uncovered(of: Sample.hours(1..<1)).isEmpty)
    }

    @Test func `a plan asks for what is missing, a page at a time, and not for what still forms`() {
        let late = Sample.hour(1000).advanced(by: .seconds(600))
        let plan = BackfillPlan(range: Sample.hours(0..<2000), interval: .oneHour, now: late)
        #expect(plan.range == Sample.hours(0..<1000) && plan.openingCount == 1000)
        #expect(plan.next(after: TimeRanges()) == Sample.hours(0..<299))
        let asked = TimeRanges([Sample.hours(0..<10), Sample.hours(20..<1000)])
        #expect(plan.next(after: asked) == Sample.hours(10..<20))
        #expect(plan.next(after: asked, from: Sample.hour(15)) == Sample.hours(15..<20))
        #expect(plan.next(after: asked, from: Sample.hour(20)) == nil)
        #expect(plan.doneCount(of: asked) == 990)
        let future = BackfillPlan(range: Sample.hours(1500..<2000), interval: .oneHour, now: late)
        #expect(future.openingCount == 0 && future.next(after: TimeRanges()) == nil)
    }

    @Test func `an answer covers what was asked for, but nothing that may come late`() {
        let now = Sample.hour(1000)
        let question = CandleQuestion(interval: .oneHour, since: Sample.hour(0), count: 10)
        #expect(question.covered(by: [], at: now) == Sample.hours(0..<10))
        // Behind a hole the answer goes further than it was asked.
        #expect(question.covered(by: [Sample.candle(40)], at: now) == Sample.hours(0..<41))
        let recent = CandleQuestion(interval: .oneHour, since: Sample.hour(998), count: 10)
        #expect(recent.covered(by: [], at: now) == Sample.hours(998..<999))
        #expect(recent.covered(by: [Sample.candle(999)], at: now) == Sample.hours(998..<1000))
        let newest = CandleQuestion(interval: .oneHour, since: nil, count: 2)
        #expect(newest.covered(by: [Sample.candle(7), Sample.candle(8)], at: now) == Sample.hours(7..<9))
        #expect(newest.covered(by: [], at: now) == nil)
    }
}
