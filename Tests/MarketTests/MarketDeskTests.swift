import Bus
import Domain
import Market
import Testing

struct MarketDeskTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func tick(_ price: Int, source: String = "binance", age: Duration = .zero) throws -> PriceTicked {
        let pair = try #require(TradingPair("BTC-USD"))
        let asOf = now.advanced(by: .zero - age)
        return PriceTicked(pair: pair, price: Price(ExactDecimal(price)), source: source, symbol: "BTCUSDT", asOf: asOf)
    }

    private func series(_ openings: [Int64]) throws -> CandleSeries {
        let price = Price(ExactDecimal(1))
        let candles = openings.map {
            Candle(
                openTime: Timestamp(seconds: $0),
                interval: .oneMinute,
                open: price,
                high: price,
                low: price,
                close: price,
                volume: .zero
            )
        }
        let pair = try #require(TradingPair("BTC-USD"))
        return CandleSeries(pair: pair, symbol: "BTCUSDT", interval: .oneMinute, candles: candles)
    }

    @Test func `a change of source is told once`() {
        var desk = MarketDesk()
        #expect(desk.served(by: "binance", because: "it answers", at: now)?.previous == nil)
        #expect(desk.served(by: "binance", because: "it answers", at: now) == nil)
        let changed = desk.served(by: "kraken", because: "binance timed out", at: now)
        #expect(changed?.source == "kraken")
        #expect(changed?.previous == "binance")
        #expect(changed?.reason == "binance timed out")
        #expect(desk.unserved(because: "nobody", at: now)?.previous == "kraken")
        #expect(desk.unserved(because: "still nobody", at: now) == nil)
        #expect(desk.status(at: now, staleAfter: .seconds(30)).reason == "still nobody")
    }

    @Test func `a network that is down from the start is told too`() {
        var desk = MarketDesk()
        #expect(desk.unserved(because: "nobody", at: now)?.source == nil)
    }

    @Test func `a price is news only when something about it has changed`() throws {
        var desk = MarketDesk()
        #expect(desk.news(in: [try tick(1)], receivedAt: now).count == 1)
        #expect(desk.news(in: [try tick(1)], receivedAt: now).isEmpty)
        #expect(desk.news(in: [try tick(2)], receivedAt: now).count == 1)
        #expect(desk.news(in: [try tick(2, age: .seconds(1))], receivedAt: now).count == 1)
        #expect(desk.news(in: [try tick(2, source: "kraken", age: .seconds(1))], receivedAt: now).count == 1)
    }

    @Test func `each candle is told once and gaps are told before what follows them`() throws {
        var desk = MarketDesk()
        #expect(desk.news(in: try series([60, 120]), source: "a").count == 2)
        #expect(desk.news(in: try series([60, 120]), source: "b").isEmpty)
        let news = desk.news(in: try series([120, 300]), source: "b")
        guard case .gap(let gap) = news.first, case .closed(let candle) = news.last, news.count == 2 else {
            Issue.record("\(news)")
            return
        }
        #expect(gap.missing == 2)
        #expect(gap.from == Timestamp(seconds: 180))
        #expect(candle.candle.openTime == Timestamp(seconds: 300))
    }

    @Test func `candles are asked for only once they can have ended`() throws {
        var desk = MarketDesk()
        let pair = try #require(TradingPair("BTC-USD"))
        func due(_ seconds: Int64) -> CandlesDue? {
            desk.candlesDue(of: pair, interval: .oneMinute, at: Timestamp(seconds: seconds))
        }
        #expect(due(100) == CandlesDue(since: nil, count: 1))
        _ = desk.news(in: try series([60]), source: "a")
        #expect(due(180) == nil)
        #expect(due(181) == CandlesDue(since: Timestamp(seconds: 120), count: 1))
        #expect(due(310) == CandlesDue(since: Timestamp(seconds: 120), count: 3))
        #expect(due(1_000_000)?.count == 120)
    }

    @Test func `after a long silence the last day is caught up with, and a market that is closed is not waited for`()
        throws
    {
        var desk = MarketDesk()
        let pair = try #require(TradingPair("BTC-USD"))
        let now = Timestamp(seconds: 60 * 10_000)
        #expect(!desk.follows(pair, .oneMinute))
        desk.goOn(after: Timestamp(seconds: 60), of: pair, .oneMinute)
        // What the desk knows by itself is not taken back.
        desk.goOn(after: Timestamp(seconds: 6000), of: pair, .oneMinute)
        #expect(desk.follows(pair, .oneMinute) && !desk.follows(pair, .oneHour))
        let dayAgo = Timestamp(seconds: 60 * (10_000 - 1440))
        let due = desk.candlesDue(of: pair, interval: .oneMinute, at: now)
        #expect(due == CandlesDue(since: dayAgo, count: 120))
        desk.foundNothing(CandlesDue(since: dayAgo, count: 120), of: pair, .oneMinute)
        let next = desk.candlesDue(of: pair, interval: .oneMinute, at: now)
        #expect(next == CandlesDue(since: dayAgo.advanced(by: .seconds(7200)), count: 120))
        // Of fewer than all that may be asked for, the next one may only be late.
        desk.foundNothing(CandlesDue(since: next?.since, count: 119), of: pair, .oneMinute)
        #expect(desk.candlesDue(of: pair, interval: .oneMinute, at: now) == next)
        // What was left out is a gap.
        let news = desk.news(in: try series([60 * 9000]), source: "a")
        guard case .gap(let gap) = news.first else {
            Issue.record("no gap")
            return
        }
        #expect(gap.from == Timestamp(seconds: 120) && gap.to == Timestamp(seconds: 60 * 9000))
        #expect(
            desk.candlesDue(of: pair, interval: .oneMinute, at: now)?.since == Timestamp(seconds: 60 * 9001)
        )
    }

    @Test func `each interval of a pair is followed by itself`() throws {
        var desk = MarketDesk()
        let pair = try #require(TradingPair("BTC-USD"))
        _ = desk.news(in: try series([60 * 9000]), source: "a")
        desk.goOn(after: Timestamp(seconds: 0), of: pair, .oneHour)
        let now = Timestamp(seconds: 60 * 9010)
        #expect(desk.candlesDue(of: pair, interval: .oneMinute, at: now)?.count == 9)
        #expect(desk.candlesDue(of: pair, interval: .oneHour, at: now)?.since == Timestamp(seconds: 3600))
        desk.keepOnly([])
        #expect(!desk.follows(pair, .oneMinute) && !desk.follows(pair, .oneHour))
    }

    @Test func `the status tells age and staleness`() throws {
        let board = MarketBoard()
        func status(after age: Int = 0) -> MarketStatus {
            board.status(at: now.advanced(by: .seconds(age)), staleAfter: .seconds(30))
        }
        #expect(status().stale)
        #expect(status().ageSeconds == nil)
        let fresh = try tick(5, age: .seconds(2))
        board.update { desk in
            _ = desk.served(by: "binance", because: "binance answers", at: now)
            _ = desk.news(in: [fresh], receivedAt: now)
        }
        #expect(status().ageSeconds == 2)
        #expect(!status().stale)
        #expect(status(after: 29).stale)
        #expect(status().prices["BTC-USD"] == Price("5"))
        #expect(!status().replayed)
    }

    @Test func `a replay is not stale until it has ended, and says that it is one`() throws {
        var desk = MarketDesk()
        let source = "replay:BTCUSDT.csv"
        _ = desk.served(by: source, because: "recorded candles are played", at: now)
        _ = desk.news(in: [try tick(5, source: source, age: .seconds(9_999_999))], receivedAt: now)
        let later = now.advanced(by: .seconds(3600))
        #expect(!desk.status(at: later, staleAfter: .seconds(30)).stale)
        #expect(desk.status(at: later, staleAfter: .seconds(30)).replayed)
        _ = desk.unserved(because: "the candle file has ended", at: later)
        #expect(desk.status(at: later, staleAfter: .seconds(30)).stale)
    }

    @Test func `pairs that are not followed any more are forgotten`() throws {
        var desk = MarketDesk()
        _ = desk.news(in: [try tick(5)], receivedAt: now)
        desk.keepOnly(pairs("ETH-USD"))
        #expect(desk.status(at: now, staleAfter: .seconds(30)).prices.isEmpty)
    }
}
