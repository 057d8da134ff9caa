import Bus
import Domain
import TestKit
import Testing

@testable import Market

struct CandleResamplerTests {
    private static let midnight = Timestamp(seconds: 1_679_616_000)

    private func candle(_ minute: Int, _ prices: [String], volume: String = "1") throws -> Candle {
        let numbers = try prices.map { try #require(Price($0)) }
        return Candle(
            openTime: CandleResamplerTests.midnight.advanced(by: .seconds(minute * 60)),
            interval: .oneMinute,
            open: numbers[0],
            high: numbers[1],
            low: numbers[2],
            close: numbers[3],
            volume: try #require(ExactDecimal(volume))
        )
    }

    @Test func `three minutes make one candle of three, told with the last of them`() throws {
        var resampler = try CandleResampler(from: .oneMinute, to: .threeMinutes)
        #expect(try resampler.add(candle(0, ["2", "3", "1", "2.5"], volume: "0.1")).isEmpty)
        #expect(resampler.forming?.count == 1)
        #expect(try resampler.add(candle(1, ["2.5", "4", "2", "3"], volume: "0.2")).isEmpty)
        let made = try #require(try resampler.add(candle(2, ["3", "3", "0.5", "1"], volume: "0.3")).first)
        let sum = try candle(0, ["2", "4", "0.5", "1"], volume: "0.6")
        #expect(made.isComplete)
        #expect(made.candle.openTime == CandleResamplerTests.midnight)
        #expect(made.candle.interval == .threeMinutes)
        #expect(
            [made.candle.open, made.candle.high, made.candle.low, made.candle.close] == [
                sum.open, sum.high, sum.low, sum.close,
            ]
        )
        #expect(made.candle.volume == sum.volume)
        #expect(resampler.forming == nil)
    }

    @Test func `what is missing is said, and the next candle or the clock closes the rest`() throws {
        var resampler = try CandleResampler(from: .oneMinute, to: .threeMinutes)
        _ = try resampler.add(candle(0, ["2", "2", "2", "2"]))
        let made = try resampler.add(candle(5, ["9", "9", "9", "9"]))
        #expect(made.map(\.count) == [1, 1] && made.map(\.expected) == [3, 3] && !made[0].isComplete)
        _ = try resampler.add(candle(6, ["7", "7", "7", "7"]))
        #expect(resampler.close(at: CandleResamplerTests.midnight.advanced(by: .seconds(539))) == nil)
        #expect(resampler.close(at: CandleResamplerTests.midnight.advanced(by: .seconds(540)))?.count == 1)
        #expect(resampler.forming == nil)
    }

    @Test func `candles without a trade neither open, raise nor lower one that has some`() throws {
        let traded = ["5", "6", "4", "5"]
        for order in [[("9", "0"), ("5", "1"), ("1", "0")], [("5", "1"), ("9", "0"), ("1", "0")]] {
            let made = try CandleResampler.resample(
                order.enumerated().map { minute, item in
                    try candle(minute, item.1 == "0" ? [String](repeating: item.0, count: 4) : traded, volume: item.1)
                },
                from: .oneMinute,
                to: .threeMinutes
            )
            let whole = try #require(made.first?.candle)
            #expect([whole.open, whole.high, whole.low, whole.close].map(\.description) == traded)
        }
        let still = try CandleResampler.resample(
            [try candle(0, ["9", "9", "9", "9"], volume: "0"), try candle(1, ["9", "9", "9", "9"], volume: "0")],
            from: .oneMinute,
            to: .threeMinutes
        )
        #expect(still.first?.candle.close.description == "9" && still.first?.candle.volume.isZero == true)
    }

    @Test func `what does not fit is refused, and changes nothing`() throws {
        for (base, interval) in [(CandleInterval.oneHour, CandleInterval.oneHour), (.threeMinutes, .fiveMinutes)] {
            #expect(throws: CandleResampler.Refusal(reason: .notAMultiple)) {
                try CandleResampler(from: base, to: interval)
            }
        }
        var resampler = try CandleResampler(from: .oneMinute, to: .fiveMinutes)
        _ = try resampler.add(candle(1, ["2", "2", "2", "2"]))
        let before = resampler.forming
        for minute in [0, 1] {
            #expect(throws: CandleResampler.Refusal(reason: .outOfOrder)) {
                try resampler.add(candle(minute, ["2", "2", "2", "2"]))
            }
        }
        let huge = String(repeating: "9", count: 36)
        #expect(throws: CandleResampler.Refusal(reason: .tooManyDigits)) {
            _ = try resampler.add(candle(2, ["2", "2", "2", "2"], volume: "0." + huge.prefix(29) + "1"))
            _ = try resampler.add(candle(3, ["2", "2", "2", "2"], volume: huge))
        }
        let hour = try CandleResampler.resample(
            [try candle(0, ["2", "2", "2", "2"])],
            from: .oneMinute,
            to: .oneHour
        )[0].candle
        #expect(throws: CandleResampler.Refusal(reason: .otherInterval)) { try resampler.add(hour) }
        #expect(before?.count == 1)
    }

    @Test func `weeks begin on Monday`() throws {
        let days = try (0..<10).map { day in
            Candle(
                openTime: Timestamp(seconds: 1_679_616_000 + Int64(day) * 86_400),
                interval: .oneDay,
                open: try #require(Price("\(day + 1)")),
                high: try #require(Price("\(day + 1)")),
                low: try #require(Price("\(day + 1)")),
                close: try #require(Price("\(day + 1)")),
                volume: ExactDecimal(1)
            )
        }
        // The first is a Friday.
        let weeks = try CandleResampler.resample(days, from: .oneDay, to: .oneWeek)
        #expect(weeks.map(\.count) == [3, 7])
        #expect(weeks.map(\.candle.openTime) == [Timestamp("2023-03-20T00:00:00Z"), Timestamp("2023-03-27T00:00:00Z")])
    }
}

@Suite(.enabled(if: TestData.has("ohlcv"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"))
struct RecordedResamplingTests {
    private func candles(_ file: String) throws -> [Candle] {
        try CandleFile.read(path: TestData.folder + "/ohlcv/" + file).candles
    }

    @Test(arguments: ["BTCUSDT", "ETHUSDT"])
    func `two years of hours make the exchange's own four hours and days, exactly`(symbol: String) throws {
        let hours = try candles("\(symbol)_1h.csv")
        for (file, interval) in [("4h", CandleInterval.fourHours), ("1d", .oneDay)] {
            let own = Dictionary(uniqueKeysWithValues: try candles("\(symbol)_\(file).csv").map { ($0.openTime, $0) })
            let made = try CandleResampler.resample(hours, from: .oneHour, to: interval)
            let known = made.filter { own[$0.candle.openTime] != nil }
            #expect(known.count == own.count)
            for one in known { #expect(one.candle == own[one.candle.openTime]) }
            // The outage of March 2023.
            #expect(
                made.filter { !$0.isComplete }.map(\.candle.openTime).first
                    == interval.start(of: Timestamp(seconds: 1_679_662_800))
            )
        }
    }

    @Test func `by way of four hours the days come out the same`() throws {
        let hours = try candles("BTCUSDT_1h.csv")
        let direct = try CandleResampler.resample(hours, from: .oneHour, to: .oneDay).map(\.candle)
        let fourHours = try CandleResampler.resample(hours, from: .oneHour, to: .fourHours).map(\.candle)
        #expect(try CandleResampler.resample(fourHours, from: .fourHours, to: .oneDay).map(\.candle) == direct)
    }
}
