import Bus
import Domain
import Market
import Testing

/// Streams beside questions, by plain calls.
struct StreamedDeskTests {
    private let start = Timestamp(seconds: 1_700_000_040)
    private let order = ["binance", "coinbase"]

    private func after(_ seconds: Double) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    private func quote(_ price: Int, at seconds: Double, _ pair: String = "BTC-USD") throws -> Quote {
        Quote(
            pair: try #require(TradingPair(pair)),
            symbol: "X",
            price: Price(ExactDecimal(price)),
            asOf: after(seconds)
        )
    }

    private func stream(
        _ desk: inout MarketDesk,
        _ price: Int,
        by exchange: String,
        at seconds: Double
    ) throws -> StreamedPrices {
        desk.streamed(try quote(price, at: seconds), by: exchange, order: order, at: after(seconds))
    }

    @Test func `the first in order that is live speaks, and what it tells is not asked for`() throws {
        var desk = MarketDesk()
        let pairs = try ["BTC-USD", "ETH-USD"].map { try #require(TradingPair($0)) }
        #expect(desk.pairsToPoll(of: pairs, at: start) == pairs)
        let second = try stream(&desk, 100, by: "coinbase", at: 0)
        #expect(second.ticks.map(\.source) == ["coinbase"] && second.changed?.source == "coinbase")
        #expect(desk.pairsToPoll(of: pairs, at: start) == [pairs[1]])
        let first = try stream(&desk, 101, by: "binance", at: 1)
        #expect(first.ticks.map(\.source) == ["binance"] && first.changed?.source == "binance")
        #expect(first.changed?.reason == "binance's stream is live")
        // The other one goes on and is heard no more.
        #expect(try stream(&desk, 102, by: "coinbase", at: 2).ticks.isEmpty)
        desk.streamEnded("binance")
        let again = try stream(&desk, 103, by: "coinbase", at: 3)
        #expect(again.ticks.count == 1 && again.changed?.previous == "binance")
        desk.streamEnded("coinbase")
        #expect(desk.pairsToPoll(of: pairs, at: after(3)) == pairs)
    }

    @Test func `a stream that has fallen silent speaks no more`() throws {
        var desk = MarketDesk()
        let pair = try #require(TradingPair("BTC-USD"))
        _ = try stream(&desk, 100, by: "binance", at: 0)
        _ = try stream(&desk, 100, by: "coinbase", at: 9)
        #expect(desk.pairsToPoll(of: [pair], at: after(10)).isEmpty)
        #expect(try stream(&desk, 100, by: "coinbase", at: 11).ticks.map(\.source) == ["coinbase"])
        #expect(desk.pairsToPoll(of: [pair], at: after(22)) == [pair])
    }

    @Test func `answers do not take the word from a live stream`() throws {
        var desk = MarketDesk()
        _ = try stream(&desk, 100, by: "binance", at: 0)
        let ticks = [
            try quote(1, at: 1).event(source: "kraken"), try quote(2, at: 1, "ETH-USD").event(source: "kraken"),
        ]
        let polled = desk.polled(ticks, from: "kraken", because: "kraken answers", at: after(1))
        #expect(polled.changed == nil && polled.ticks.map(\.pair.text) == ["ETH-USD"])
        #expect(desk.pollFailed(because: "nobody", at: after(1)) == nil)
        #expect(desk.status(at: after(1), staleAfter: .seconds(30)).source == "binance")
        desk.streamEnded("binance")
        #expect(desk.pollFailed(because: "nobody", at: after(1))?.source == nil)
        #expect(desk.polled(ticks, from: "kraken", because: "it answers", at: after(1)).changed?.source == "kraken")
    }

    @Test func `prices go forward in time`() throws {
        var desk = MarketDesk()
        #expect(try stream(&desk, 100, by: "binance", at: 2).ticks.count == 1)
        #expect(desk.streamed(try quote(99, at: 1), by: "binance", order: order, at: after(3)).ticks.isEmpty)
        #expect(try stream(&desk, 100, by: "binance", at: 2).ticks.isEmpty)
    }

    @Test func `a price that is far off is held back until the next one confirms or refutes it`() throws {
        for (next, isConfirmed) in [(151, true), (102, false)] {
            var desk = MarketDesk()
            for second in 0..<20 {
                _ = try stream(&desk, second.isMultiple(of: 2) ? 100 : 101, by: "binance", at: Double(second))
            }
            let held = try stream(&desk, 150, by: "binance", at: 20)
            #expect(held.ticks.isEmpty && held.held?.price == Price(ExactDecimal(150)))
            #expect(held.held?.lastSound == Price(ExactDecimal(101)) && held.held?.source == "binance")
            let after = try stream(&desk, next, by: "binance", at: 21)
            #expect(after.held == nil && after.ticks.map(\.price) == [Price(ExactDecimal(next))], "\(isConfirmed)")
        }
    }

    @Test func `what another exchange tells too is not held back`() throws {
        var desk = MarketDesk()
        for second in 0..<20 {
            _ = try stream(&desk, second.isMultiple(of: 2) ? 100 : 101, by: "binance", at: Double(second))
        }
        _ = try stream(&desk, 150, by: "coinbase", at: 19.5)
        let told = try stream(&desk, 150, by: "binance", at: 20)
        #expect(told.held == nil && told.ticks.count == 1)
    }

    // MARK: Candles

    private func series(_ minutes: [Int]) throws -> CandleSeries {
        let price = Price(ExactDecimal(100))
        let candles = minutes.map {
            Candle(
                openTime: after(Double($0) * 60),
                interval: .oneMinute,
                open: price,
                high: price,
                low: price,
                close: price,
                volume: ExactDecimal(1)
            )
        }
        return CandleSeries(
            pair: try #require(TradingPair("BTC-USD")),
            symbol: "BTCUSDT",
            interval: .oneMinute,
            candles: candles
        )
    }

    @Test func `a candle that was seen is taken when it is due, and only if none is missing before it`() throws {
        var desk = MarketDesk()
        let pair = try #require(TradingPair("BTC-USD"))
        _ = try stream(&desk, 100, by: "binance", at: 0)
        func due(_ minute: Int, _ count: Int) -> CandlesDue {
            CandlesDue(since: after(Double(minute) * 60), count: count)
        }
        func found(_ due: CandlesDue) -> [Int]? {
            desk.streamed(due, of: pair, interval: .oneMinute)?.value.candles.map {
                Int(start.duration(to: $0.openTime) / .seconds(60))
            }
        }
        desk.offer(try series([1]), by: "binance", order: order, at: start)
        #expect(desk.streamed(due(1, 1), of: pair, interval: .oneMinute)?.source == "binance")
        desk.offer(try series([2]), by: "binance", order: order, at: start)
        desk.offer(try series([4]), by: "binance", order: order, at: start)
        // Not whose word does not count.
        desk.offer(try series([5]), by: "coinbase", order: order, at: start)
        #expect(found(due(1, 2)) == [1, 2] && found(due(2, 1)) == [2] && found(due(4, 1)) == [4])
        #expect(found(due(0, 1)) == nil && found(due(2, 2)) == nil)
        #expect(found(due(3, 1)) == nil && found(due(5, 1)) == nil)
        #expect(desk.streamed(due(1, 1), of: pair, interval: .oneHour) == nil)
        #expect(desk.streamed(CandlesDue(since: nil, count: 1), of: pair, interval: .oneMinute) == nil)
    }
}
