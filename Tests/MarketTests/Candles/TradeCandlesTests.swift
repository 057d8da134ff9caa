import Bus
import Domain
import Foundation
import JSON
import Market
import TestKit
import Testing

struct TradeCandlesTests {
    private func trade(_ id: Int64?, _ second: Double, _ price: String, _ amount: String = "1") throws -> Trade {
        Trade(
            id: id,
            time: Timestamp(milliseconds: 1_679_616_000_000 + Int64(second * 1000)),
            price: try #require(Price(price)),
            amount: try #require(ExactDecimal(amount))
        )
    }

    @Test func `a candle holds the trades of its interval, and the next trade closes it`() throws {
        var candles = TradeCandles(interval: .oneMinute)
        for (second, price) in [(0.0, "2"), (10, "5"), (20, "1"), (59.999, "3")] {
            #expect(candles.add(try trade(nil, second, price, "0.1")) == .taken(closed: nil))
        }
        guard case .taken(let closed?) = candles.add(try trade(nil, 120, "9")) else {
            Issue.record("nothing is closed")
            return
        }
        #expect([closed.open, closed.high, closed.low, closed.close].map(\.description) == ["2", "5", "1", "3"])
        #expect(closed.volume.description == "0.4")
        // A minute without a trade has no candle.
        #expect(candles.forming?.openTime == closed.openTime.advanced(by: .seconds(120)))
        #expect(candles.close(at: closed.openTime.advanced(by: .seconds(179))) == nil)
        #expect(candles.close(at: closed.openTime.advanced(by: .seconds(180)))?.close.description == "9")
        #expect(candles.forming == nil && candles.takenCount == 5)
    }

    @Test func `trades that come twice, late or unsound change nothing and are counted`() throws {
        var candles = TradeCandles(interval: .oneMinute)
        #expect(candles.add(try trade(1, 0, "2")) == .taken(closed: nil))
        #expect(candles.add(try trade(1, 1, "9")) == .repeated)
        #expect(candles.add(try trade(0, 1, "9")) == .repeated)
        #expect(candles.add(try trade(2, 1, "0")) == .unsound)
        #expect(candles.add(try trade(2, 1, "9", "0")) == .unsound)
        #expect(candles.add(try trade(2, 1, "9", "-1")) == .unsound)
        #expect(candles.add(try trade(2, 1, "9", String(repeating: "9", count: 36))) == .taken(closed: nil))
        #expect(candles.add(try trade(3, 1, "9", "0." + String(repeating: "1", count: 30))) == .unsound)
        let closed = candles.close(at: Timestamp(seconds: 1_679_616_060))
        #expect(closed?.high.description == "9")
        #expect(candles.add(try trade(4, 30, "5")) == .late)
        _ = candles.add(try trade(5, 180, "5"))
        #expect(candles.add(try trade(6, 100, "5")) == .late)
        #expect(candles.repeatedCount == 2 && candles.lateCount == 2 && candles.unsoundCount == 4)
    }

    @Test(.enabled(if: TestData.has("trades"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"))
    func `12 477 real trades make exactly the candles that are known, and those of five minutes`() throws {
        let pair = try #require(TradingPair("XRP-ETH"))
        let folder = TestData.folder + "/trades/"
        let known = try CandleFile.read(path: folder + "freqtrade_XRP_ETH-1m.csv", pair: pair).candles
        let trades = try recordedTrades(folder + "freqtrade_XRP_ETH-trades.json.gz")
        #expect(trades.count == 12_477)
        var candles = TradeCandles(interval: .oneMinute)
        var made: [Candle] = []
        for trade in trades {
            if case .taken(let closed?) = candles.add(trade) { made.append(closed) }
        }
        if let last = candles.forming { made.append(last) }
        #expect(candles.takenCount == trades.count)
        #expect(made.count == 2469)
        let byTime = Dictionary(uniqueKeysWithValues: made.map { ($0.openTime, $0) })
        // A reader of files leaves out what lies on a straight line by chance; what it reads has to agree.
        #expect(known.count >= 2400)
        for candle in known { #expect(byTime[candle.openTime] == candle) }
        let five = try CandleFile.read(path: folder + "freqtrade_XRP_ETH-5m.csv", pair: pair).candles
        let resampled = try CandleResampler.resample(made, from: .oneMinute, to: .fiveMinutes).map(\.candle)
        let fiveByTime = Dictionary(uniqueKeysWithValues: resampled.map { ($0.openTime, $0) })
        #expect(five.count == 706)
        for candle in five where !candle.volume.isZero { #expect(fiveByTime[candle.openTime] == candle) }
    }

    private func recordedTrades(_ path: String) throws -> [Trade] {
        let unpacking = Process()
        unpacking.executableURL = URL(filePath: "/usr/bin/env")
        unpacking.arguments = ["gzip", "-dc", path]
        let output = Pipe()
        unpacking.standardOutput = output
        try unpacking.run()
        let bytes = try #require(try output.fileHandleForReading.readToEnd())
        unpacking.waitUntilExit()
        try #require(unpacking.terminationStatus == 0)
        return try #require(try JSONValue(parsing: [UInt8](bytes)).array).map { row in
            let (price, amount) = (try #require(row[4]?.double), try #require(row[5]?.double))
            return Trade(
                id: Int64(try #require(row[1]?.string)),
                time: Timestamp(milliseconds: try #require(row[0]?.int)),
                price: try #require(Price("\(price)")),
                amount: try #require(ExactDecimal("\(amount)"))
            )
        }
    }
}
