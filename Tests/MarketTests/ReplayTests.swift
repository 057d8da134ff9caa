import Bus
import Domain
import Market
import TestKit
import Testing

struct ReplayTests {
    private let rows = """
        timestamp,open,high,low,close,volume
        2022-01-01 00:00:00,46216.93,46731.39,46208.37,46656.13,1503.33095
        2022-01-01 01:00:00,46656.14,46949.99,46574.06,46778.14,943.81539
        2022-01-01 03:00:00,46778.14,46916.63,46731.0,46811.77,907.23
        """

    @Test(arguments: [
        ("a.csv", "a.csv", ReplaySpeed.times(1)), ("a.csv@60", "a.csv", .times(60)), ("a.csv@max", "a.csv", .max),
        ("b@home/a.csv", "b@home/a.csv", .times(1)), ("a@b.csv@0.5", "a@b.csv", .times(0.5)),
    ])
    func `the argument is a file and perhaps a speed`(argument: String, path: String, speed: ReplaySpeed) throws {
        #expect(try ReplayRequest(argument: argument) == ReplayRequest(path: path, speed: speed))
    }

    @Test(arguments: ["", "@60", "a.csv@0", "a.csv@-1", "a.csv@fast", "a.csv@"])
    func `an argument that makes no sense is refused`(argument: String) {
        #expect(throws: ReplayError.self) { try ReplayRequest(argument: argument) }
    }

    @Test func `named columns and text times are read`() throws {
        let track = try CandleFile.parse(rows, name: "BTCUSDT_1h.csv")
        #expect(track.pair == TradingPair("BTC-USD"))
        #expect(track.symbol == "BTCUSDT")
        #expect(track.interval == .oneHour)
        #expect(track.candles.count == 3)
        #expect(track.candles.first?.openTime.description == "2022-01-01T00:00:00.000000Z")
        #expect(track.candles.last?.close == Price("46811.77"))
        #expect(track.source == "replay:BTCUSDT_1h.csv")
    }

    @Test(arguments: [
        "open_time,open,high,low,close,volume,close_time,quote_volume,count\n1672531200000,1,2,1,2,5,1672534799999,9,3\n"
            + "1672534800000,2,2,1,2,5,1672538399999,9,3",
        "1672531200000,1,2,1,2,5,1672534799999,9,3\n1672534800000,2,2,1,2,5,1672538399999,9,3",
        "1672531200000000,1,2,1,2,5\r\n1672534800000000,2,2,1,2,5\r\n",
        "DateTime,Open,High,Low,Close,Volume\n2023-01-01 00:00:00,1,2,1,2,5\n2023-01-01T01:00:00+00:00,2,2,1,2,5",
        "volume,close,low,high,open,date\n5,2,1,2,1,2023-01-01 00:00:00\n5,2,1,2,2,2023-01-01 01:00:00",
    ])
    func `every known layout gives the same candles`(text: String) throws {
        let track = try CandleFile.parse(text, name: "ETHUSDT-1h-2023-01.csv")
        #expect(track.interval == .oneHour)
        #expect(track.candles.map(\.openTime.milliseconds) == [1_672_531_200_000, 1_672_534_800_000])
        #expect(track.candles.map(\.open) == [Price("1"), Price("2")])
        #expect(track.candles.map(\.volume.description) == ["5", "5"])
    }

    @Test func `days without a time of day are read`() throws {
        let text = "timestamp,open,high,low,close,volume\n2022-01-01,1,2,1,2,5\n2022-01-02,2,2,1,2,5"
        let track = try CandleFile.parse(text, name: "BTCUSDT_1d.csv")
        #expect(track.interval == .oneDay)
    }

    @Test(arguments: ["", "\n", "a,b\nc,d", "timestamp,open\n1,2", "1,2,3\n4,5,6", "time,open,high,low,close,volume\n"])
    func `a file that is something else is refused`(text: String) {
        #expect(throws: ReplayError.self) { try CandleFile.parse(text, name: "BTCUSDT.csv") }
    }

    @Test func `a market that cannot be made out has to be given`() throws {
        #expect(throws: ReplayError.self) { try CandleFile.parse(rows, name: "prices.csv") }
        let track = try CandleFile.parse(rows, name: "prices.csv", pair: TradingPair("BTC-USD"))
        #expect(track.pair == TradingPair("BTC-USD"))
    }

    @Test func `unsound rows are left out and counted`() throws {
        let text = rows + "\n2022-01-01 04:00:00,5,4,3,2,1\nrubbish\n2022-01-01 01:00:00,1,1,1,1,1"
        let track = try CandleFile.parse(text, name: "BTCUSDT.csv")
        #expect(track.candles.count == 3)
        #expect(track.unsoundRows == 3)
    }

    @Test func `a straight line through an outage is left out, a standstill is not`() throws {
        let text = """
            timestamp,open,high,low,close,volume
            2022-01-01 00:00:00,10,20,5,11,100
            2022-01-01 01:00:00,11,21,6,12,110
            2022-01-01 02:00:00,12,22,7,13,120
            2022-01-01 03:00:00,12,22,7,13,120
            2022-01-01 04:00:00,12,22,7,13,120
            """
        let track = try CandleFile.parse(text, name: "BTCUSDT.csv")
        #expect(track.inventedRows == 1)
        #expect(track.candles.count == 4)
    }

    @Test func `candles come at their distance divided by the speed`() throws {
        let feed = ReplayFeed(track: try CandleFile.parse(rows, name: "BTCUSDT.csv"), speed: .times(60))
        #expect(feed.nextMoment(elapsed: .seconds(7)) == .seconds(7))
        let first = try #require(feed.take()?.candles.first)
        #expect(feed.nextMoment(elapsed: .seconds(9)) == .seconds(67))
        _ = feed.take()
        // Two hours lie between the second and the third.
        #expect(feed.nextMoment(elapsed: .seconds(67)) == .seconds(187))
        _ = feed.take()
        #expect(feed.nextMoment(elapsed: .seconds(187)) == nil)
        #expect(feed.take() == nil)
        let tick = feed.tick(of: first)
        #expect(tick.isReplayed)
        #expect(tick.source == "replay:BTCUSDT.csv")
        #expect(tick.asOf == Timestamp("2022-01-01T01:00:00Z"))
        #expect(tick.price == Price("46656.13"))
    }

    @Test func `at full speed nothing is waited for`() throws {
        let feed = ReplayFeed(track: try CandleFile.parse(rows, name: "BTCUSDT.csv"), speed: .max)
        for _ in 0..<3 {
            #expect(feed.nextMoment(elapsed: .seconds(1)) == .seconds(1))
            _ = feed.take()
        }
    }
}

@Suite(.enabled(if: TestData.has("ohlcv"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"))
struct RecordedCandlesTests {
    private func track(_ file: String) throws -> ReplayTrack {
        try CandleFile.read(path: TestData.folder + "/ohlcv/" + file)
    }

    @Test(arguments: [
        ("BTCUSDT_1h.csv", CandleInterval.oneHour, 17_519), ("ETHUSDT_4h.csv", .fourHours, 4380),
        ("BTCUSDT_1d.csv", .oneDay, 730), ("BTCUSDT_1d_2017-2023_second_source.csv", .oneDay, 2328),
    ])
    func `two years of real candles are sound`(file: String, interval: CandleInterval, count: Int) throws {
        let track = try track(file)
        #expect(track.interval == interval)
        #expect(track.candles.count == count)
        #expect(track.unsoundRows == 0)
        #expect(track.inventedRows == 0)
    }

    @Test func `the exchange's own dump and the naive text file tell the same`() throws {
        let dump = try track("binance_vision/BTCUSDT-1h-2023-03.csv")
        let copy = try track("BTCUSDT_1h.csv")
        let byTime = Dictionary(uniqueKeysWithValues: copy.candles.map { ($0.openTime, $0) })
        #expect(!dump.candles.isEmpty)
        for candle in dump.candles { #expect(byTime[candle.openTime] == candle) }
    }

    @Test func `the outage of March 2023 is one gap of one hour`() throws {
        let track = try track("binance_vision/BTCUSDT-1h-2023-03.csv")
        var desk = MarketDesk()
        let series = CandleSeries(
            pair: track.pair,
            symbol: track.symbol,
            interval: track.interval,
            candles: track.candles
        )
        let gaps = desk.news(in: series, source: track.source).compactMap { news -> CandleGapFound? in
            if case .gap(let gap) = news { gap } else { nil }
        }
        #expect(gaps.map(\.from) == [Timestamp("2023-03-24T13:00:00Z")])
        #expect(gaps.map(\.missing) == [1])
    }

    @Test func `rows that somebody has invented are left out`() throws {
        let track = try track("trap_interpolated_BTCUSDT_1h.csv")
        let begin = try #require(Timestamp("2018-02-08T01:00:00Z"))
        let end = try #require(Timestamp("2018-02-09T08:00:00Z"))
        #expect(!track.candles.contains { (begin...end).contains($0.openTime) })
        #expect(track.unsoundRows == 0)
        #expect((30...60).contains(track.inventedRows))
    }
}
