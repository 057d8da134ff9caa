import Bus
import Domain
import Market
import Store
import TestKit
import Testing

@testable import MarketHistory

/// Two years of real candles, through the database and back.
@Suite(.enabled(if: TestData.has("ohlcv"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"))
struct RecordedCandleTests {
    @Test func `real candles come back as they were, and the outage is a gap`() async throws {
        let folder = try TemporaryFolder()
        let time = ManualTime()
        var config = SQLiteConfig(path: folder.path("store.db"))
        config.synchronous = .normal
        let store = try await SQLiteStore.open(config, bus: EventBus(types: []), now: { time.now })
        let bench = HistoryBench(store: store, time: time)
        let track = try CandleFile.read(path: TestData.folder + "/ohlcv/BTCUSDT_1h.csv")
        let series = CandleSeriesName(pair: track.pair, interval: track.interval, source: "binance")
        let report = try await bench.candles.save(track.candles, of: series)
        #expect(report.inserted == track.candles.count && track.candles.count > 17_000)
        let range = Sample.time("2022-01-01T00:00:00Z")..<Sample.time("2024-01-01T00:00:00Z")
        var rest: Range<Timestamp>? = range
        var read: [Candle] = []
        while let next = rest {
            let page = try await bench.candles.candles(of: series, in: next)
            read += page.rows.map(\.candle)
            rest = page.rest
        }
        #expect(read == track.candles)
        let again = try await bench.candles.save(track.candles, of: series)
        #expect(again.unchanged == track.candles.count && again.inserted == 0)
        let missing = try await bench.candles.gaps(of: series, in: range)
        #expect(missing.gaps.contains { $0.from == Sample.time("2023-03-24T13:00:00Z") && $0.missing == 1 })
        await store.close()
    }
}
