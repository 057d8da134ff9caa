import Bus
import Domain
import Testing

@testable import Market

/// Larger candles as the small ones close.
@Suite struct CandleLadderTests {
    /// A midnight, which is where a day and everything shorter begins.
    private static let midnight = Timestamp(seconds: 1_679_616_000)
    private static let intervals: [CandleInterval] = [.oneDay, .fiveMinutes, .oneHour]

    private func candle(_ minute: Int) throws -> Candle {
        // Up and down, never twice the same, without any chance in it.
        let close = 1000 + (minute * 37) % 101
        return Candle(
            openTime: CandleLadderTests.midnight.advanced(by: .seconds(minute * 60)),
            interval: .oneMinute,
            open: try #require(Price("\(close - 1)")),
            high: try #require(Price("\(close + 2)")),
            low: try #require(Price("\(close - 3)")),
            close: try #require(Price("\(close)")),
            volume: try #require(ExactDecimal("0.\(minute % 9 + 1)"))
        )
    }

    @Test func `each interval is what resampling the whole makes of it`() throws {
        let minutes = try (0..<2880).map(candle)
        var ladder = CandleLadder(base: .oneMinute, intervals: CandleLadderTests.intervals)
        #expect(ladder.intervals == [.fiveMinutes, .oneHour, .oneDay])
        let made = minutes.flatMap { ladder.add($0) }
        for interval in CandleLadderTests.intervals {
            let whole = try CandleResampler.resample(minutes, from: .oneMinute, to: interval)
            #expect(made.filter { $0.candle.interval == interval } == whole, "\(interval)")
        }
        #expect(made.count == 576 + 48 + 2 && made.allSatisfy(\.isComplete) && ladder.refusedCount == 0)
    }

    @Test func `what began before the first minute is not told, and what has a hole says so`() throws {
        var ladder = CandleLadder(base: .oneMinute, intervals: [.fiveMinutes, .oneHour])
        let minutes = [3, 4, 5, 6, 8, 9, 10]
        let made = try minutes.flatMap { ladder.add(try candle($0)) }
        #expect(made.map(\.candle.openTime) == [CandleLadderTests.midnight.advanced(by: .seconds(300))])
        #expect(made.map(\.count) == [4] && made.map(\.expected) == [5])
    }

    @Test func `it goes on from its past as if it had never stopped`() throws {
        let minutes = try (0..<1500).filter { $0 % 7 != 3 }.map(candle)
        var unbroken = CandleLadder(base: .oneMinute, intervals: CandleLadderTests.intervals)
        for cut in [1, 59, 60, 61, 700, 1234] {
            var ladder = CandleLadder(base: .oneMinute, intervals: CandleLadderTests.intervals)
            let past = ladder.past(upTo: minutes[cut - 1].openTime)
            for minute in minutes where past.contains(minute.openTime) { _ = ladder.add(minute) }
            unbroken = CandleLadder(base: .oneMinute, intervals: CandleLadderTests.intervals)
            for minute in minutes[..<cut] { _ = unbroken.add(minute) }
            let (after, expected) = (
                minutes[cut...].flatMap { ladder.add($0) }, minutes[cut...].flatMap { unbroken.add($0) }
            )
            #expect(after == expected, "cut at \(cut)")
        }
    }

    @Test func `a late one is counted and changes nothing`() throws {
        var ladder = CandleLadder(base: .oneMinute, intervals: [.fiveMinutes])
        for minute in [0, 1, 2, 3] { #expect(ladder.add(try candle(minute)).isEmpty) }
        #expect(ladder.add(try candle(2)).isEmpty && ladder.refusedCount == 1)
        #expect(ladder.add(try candle(4)).map(\.isComplete) == [true])
    }

    @Test func `intervals that small ones do not make are left out`() {
        #expect(CandleLadder(base: .oneHour, intervals: [.fiveMinutes, .oneHour, .oneDay]).intervals == [.oneDay])
    }
}
