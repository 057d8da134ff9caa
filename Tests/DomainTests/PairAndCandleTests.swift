import Bus
import Domain
import Testing

struct PairAndCandleTests {
    @Test func `a pair reads from text and is a subject`() throws {
        let pair = try #require(TradingPair("BTC-USD"))
        #expect(pair.base == "BTC")
        #expect(pair.quote == "USD")
        #expect(pair.subject == "BTC-USD")
        #expect(try EventCodec.decode(TradingPair.self, from: EventCodec.encode(pair)) == pair)
    }

    @Test(arguments: ["", "BTC", "btc-usd", "BTC-", "-USD", "BTC-USD-X", "BTC/USD", "ABCDEFGHIJKLMNOP-USD", "BT C-USD"])
    func `a text that is no pair is refused`(text: String) {
        #expect(TradingPair(text) == nil)
    }

    @Test func `an interval knows when its candles open`() throws {
        let hour = try #require(Timestamp("2023-03-24T13:00:00Z"))
        #expect(CandleInterval.oneHour.isOpening(hour))
        #expect(!CandleInterval.fourHours.isOpening(hour))
        let inside = try #require(Timestamp("2023-03-24T13:59:59.999Z"))
        #expect(CandleInterval.oneHour.start(of: inside) == hour)
    }

    @Test func `weeks open on Monday, before 1970 too`() throws {
        #expect(CandleInterval.oneWeek.isOpening(try #require(Timestamp("2024-01-01T00:00:00Z"))))
        #expect(!CandleInterval.oneWeek.isOpening(try #require(Timestamp("2024-01-04T00:00:00Z"))))
        let before = try #require(Timestamp("1969-12-31T12:00:00Z"))
        #expect(CandleInterval.oneWeek.start(of: before) == Timestamp("1969-12-29T00:00:00Z"))
    }

    @Test(arguments: CandleInterval.allCases)
    func `the ends of time have a candle too`(interval: CandleInterval) {
        let (first, last) = (Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max))
        #expect(interval.start(of: first) == first && interval.start(of: last) <= last)
        #expect(interval.start(of: last).advanced(by: interval.duration) == last)
        #expect(interval.start(of: first.advanced(by: interval.duration * 2)) > first)
    }

    @Test func `an interval is found by its length`() {
        #expect(CandleInterval(seconds: 3600) == .oneHour)
        #expect(CandleInterval(seconds: 61) == nil)
    }

    @Test(arguments: [
        (5, Energy.night), (6, .peak), (8, .peak), (9, .normal), (13, .normal), (14, .afternoon), (15, .afternoon),
        (16, .normal), (20, .evening), (22, .evening), (23, .night), (0, .night),
    ])
    func `energy follows the hour`(hour: Int, energy: Energy) {
        #expect(Energy(hour: hour) == energy)
    }
}
