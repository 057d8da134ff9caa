import Bus
import Domain
import Market
import Testing

struct CandleChecksTests {
    private let hour = Timestamp(seconds: 1_679_662_800)

    private func candle(
        at time: Timestamp? = nil,
        _ open: String,
        _ high: String,
        _ low: String,
        _ close: String,
        volume: String = "1"
    ) throws -> Candle {
        Candle(
            openTime: time ?? hour,
            interval: .oneHour,
            open: try #require(Price(open)),
            high: try #require(Price(high)),
            low: try #require(Price(low)),
            close: try #require(Price(close)),
            volume: try #require(ExactDecimal(volume))
        )
    }

    @Test func `a sound candle has no problem`() throws {
        #expect(CandleChecks.problem(of: try candle("2", "3", "1", "2")) == nil)
        #expect(CandleChecks.problem(of: try candle("2", "2", "2", "2", volume: "0")) == nil)
    }

    @Test func `each contradiction is found`() throws {
        #expect(CandleChecks.problem(of: try candle("4", "3", "1", "2")) == .contradictory)
        #expect(CandleChecks.problem(of: try candle("2", "3", "1", "0.5")) == .contradictory)
        #expect(CandleChecks.problem(of: try candle("2", "3", "1", "2", volume: "-1")) == .negativeVolume)
        #expect(CandleChecks.problem(of: try candle("0", "0", "0", "0")) == .notPositive)
        let late = hour.advanced(by: .seconds(1))
        #expect(CandleChecks.problem(of: try candle(at: late, "2", "3", "1", "2")) == .misaligned)
        #expect(CandleChecks.problem(of: try candle("2", "3", "1", "2"), after: hour) == .outOfOrder)
    }

    @Test func `below zero is allowed where it is possible`() throws {
        let oil = try candle("-30", "-10", "-40", "-36.98")
        #expect(CandleChecks.problem(of: oil, mustBePositive: false) == nil)
        #expect(CandleChecks.problem(of: oil) == .notPositive)
    }

    @Test func `a candle that still forms is not closed`() throws {
        let forming = try candle("2", "3", "1", "2")
        #expect(CandleChecks.closed([forming], at: hour.advanced(by: .seconds(3599))).isEmpty)
        #expect(CandleChecks.closed([forming], at: hour.advanced(by: .seconds(3600))) == [forming])
    }

    @Test func `a gap says what is missing`() throws {
        let next = hour.advanced(by: .seconds(7200))
        let gap = try #require(CandleChecks.gap(from: hour, to: next, interval: .oneHour))
        #expect(gap.missing == 1)
        #expect(gap.from == hour.advanced(by: .seconds(3600)))
        #expect(CandleChecks.gap(from: hour, to: hour.advanced(by: .seconds(3600)), interval: .oneHour) == nil)
    }

    @Test(arguments: [
        (1_672_531_200, "2023-01-01T00:00:00.000000Z"), (1_672_531_200_000, "2023-01-01T00:00:00.000000Z"),
        (1_735_689_600_000_000, "2025-01-01T00:00:00.000000Z"),
    ])
    func `times are told apart by their size`(number: Int64, expected: String) {
        #expect(Timestamp(exchangeTime: number)?.description == expected)
    }

    @Test func `a time that no timestamp can hold is refused`() {
        #expect(Timestamp(exchangeTime: .max) == nil)
        #expect(Timestamp(exchangeTime: -1) == nil)
    }
}
