import Bus
import Domain
import Market
import TestKit
import Testing

struct ChartCandlesTests {
    private func candle(_ minute: Int64, _ close: String) throws -> Candle {
        let price = try #require(Price(close))
        return Candle(
            openTime: Timestamp(seconds: 1_679_616_000 + minute * 60),
            interval: .oneMinute,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: ExactDecimal(1)
        )
    }

    @Test func `a gap is filled with flat candles that are marked`() throws {
        let filled = ChartCandles.filled([try candle(0, "2"), try candle(3, "5"), try candle(4, "6")])
        #expect(filled.map(\.isSynthetic) == [false, true, true, false, false])
        #expect(filled.map(\.candle.close.description) == ["2", "2", "2", "5", "6"])
        #expect(filled[1].candle.volume.isZero && filled[1].candle.high == filled[1].candle.low)
        #expect(zip(filled, filled.dropFirst()).allSatisfy { $0.candle.closeTime == $1.candle.openTime })
        #expect(ChartCandles.filled([]).isEmpty)
    }

    @Test func `a gap of years is no chart of a million places`() throws {
        let filled = ChartCandles.filled([try candle(0, "2"), try candle(5_000_000, "5")], countMax: 10)
        #expect(filled.count == 10)
        #expect(filled.last?.isSynthetic == false && filled.dropLast().allSatisfy(\.isSynthetic))
    }
}

struct PriceGuardTests {
    private let start = Timestamp(seconds: 1_679_616_000)

    private func price(_ value: Double) throws -> Price { try #require(Price("\(value)")) }

    /// A guard that has seen an ordinary minute.
    private func settled() throws -> PriceGuard {
        var watch = PriceGuard()
        for step in 0..<40 {
            let value = 100 + (step.isMultiple(of: 2) ? 0.05 : -0.05)
            #expect(watch.look(at: try price(value), at: start.advanced(by: .seconds(step))) == .sound)
        }
        return watch
    }

    @Test func `a slip is held back and refuted by the next price`() throws {
        var watch = try settled()
        let slip = try price(1000)
        #expect(watch.look(at: slip, at: start.advanced(by: .seconds(41))) == .held)
        #expect(watch.look(at: try price(100.05), at: start.advanced(by: .seconds(42))) == .refutes(slip))
        #expect(watch.look(at: try price(100), at: start.advanced(by: .seconds(43))) == .sound)
    }

    @Test func `a real fall is confirmed by the next price, and becomes what is usual`() throws {
        var watch = try settled()
        let fall = try price(93)
        #expect(watch.look(at: fall, at: start.advanced(by: .seconds(41))) == .held)
        #expect(watch.look(at: try price(92.5), at: start.advanced(by: .seconds(42))) == .confirms(fall))
        #expect(watch.look(at: try price(92.6), at: start.advanced(by: .seconds(43))) == .sound)
    }

    @Test func `another source that agrees is confirmation at once, unless it is old`() throws {
        for (age, verdict) in [(10, PriceGuard.Verdict.sound), (61, .held)] {
            var watch = try settled()
            let time = start.advanced(by: .seconds(41))
            let opinion = (price: try price(93.3), time: time.advanced(by: .seconds(-age)))
            #expect(watch.look(at: try price(93), at: time, besides: opinion) == verdict)
        }
        var watch = try settled()
        let time = start.advanced(by: .seconds(41))
        #expect(watch.look(at: try price(93), at: time, besides: (price: try price(100), time: time)) == .held)
    }

    @Test func `who comes too late confirms nothing`() throws {
        var watch = try settled()
        let fall = try price(93)
        #expect(watch.look(at: fall, at: start.advanced(by: .seconds(41))) == .held)
        #expect(watch.look(at: try price(92.5), at: start.advanced(by: .seconds(57))) == .refutes(fall))
    }

    @Test func `a small step after a standstill is nothing`() throws {
        var watch = PriceGuard()
        for step in 0..<40 {
            _ = watch.look(
                at: try price(step < 3 ? 1 + Double(step) / 1000 : 1),
                at: start.advanced(by: .seconds(step))
            )
        }
        #expect(watch.look(at: try price(1.009), at: start.advanced(by: .seconds(41))) == .sound)
        #expect(watch.look(at: try price(1.2), at: start.advanced(by: .seconds(42))) == .held)
    }
}
