import Bus
import Domain
import Market
import Testing

/// What a stream's messages become, by plain calls.
struct StreamTapeTests {
    /// A whole minute.
    private let start = Timestamp(seconds: 1_700_000_040)
    private let pair = TradingPair("BTC-USD")

    private func after(_ seconds: Double) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    private func tape(_ grammar: any StreamGrammar.Type = BinanceStream.self) throws -> StreamTape {
        var tape = StreamTape(grammar, pairs: [try #require(pair)])
        tape.opened(at: start)
        return tape
    }

    private func trade(_ id: Int64?, _ seconds: Double, _ price: Int = 100, _ amount: Int = 1) -> StreamMessage {
        .trade(
            Trade(id: id, time: after(seconds), price: Price(ExactDecimal(price)), amount: ExactDecimal(amount)),
            symbol: id == nil ? "XBT/USD" : "BTCUSDT"
        )
    }

    /// The opening times of candles, in minutes from the start, and the gaps.
    private func told(_ tape: inout StreamTape, _ messages: [StreamMessage]) -> [String] {
        messages.flatMap { tape.take($0, at: after(200)) }.map { news in
            switch news {
            case .candle(let series):
                let candle = series.candles[0]
                let minute = start.duration(to: candle.openTime) / .seconds(60)
                return "\(Int(minute)): \(candle.open) \(candle.high) \(candle.low) \(candle.close) \(candle.volume)"
            case .gap(_, let missing): return "\(missing)"
            case .price(let quote): return "price \(quote.price)"
            }
        }
    }

    @Test func `a minute that was seen from its first trade to its last is told, the one before is not`() throws {
        var tape = try tape()
        let messages = [
            trade(1, 30), trade(2, 61, 101, 2), trade(3, 80, 99), trade(4, 100, 105), trade(5, 119, 103), trade(6, 120),
        ]
        #expect(told(&tape, messages) == ["1: 101 105 99 103 5"])
    }

    @Test func `a stream that begins shortly before a minute may have missed its first trades`() throws {
        var tape = StreamTape(BinanceStream.self, pairs: [try #require(pair)])
        tape.opened(at: after(-0.5))
        // Our clock may be behind: the minute may have begun before the stream has.
        #expect(told(&tape, [trade(1, 10), trade(2, 60), trade(3, 120)]) == ["1: 100 100 100 100 1"])
    }

    @Test func `trades that are missing spoil their minutes, and are named`() throws {
        var tape = try tape()
        let messages = [
            trade(1, 60), trade(2, 70), trade(5, 80), trade(6, 120), trade(7, 130), trade(8, 180), trade(9, 240),
        ]
        #expect(told(&tape, messages) == ["3...4", "2: 100 100 100 100 2", "3: 100 100 100 100 1"])
        #expect(tape.gapCount == 1 && tape.missedTradesCount == 2)
        // The lost ones may be of either side of the boundary.
        var other = try self.tape()
        #expect(
            told(&other, [trade(1, 60), trade(3, 130), trade(4, 180), trade(5, 240)])
                == ["2...2", "3: 100 100 100 100 1"]
        )
    }

    @Test func `a trade that is told twice counts once`() throws {
        var tape = try tape()
        #expect(
            told(&tape, [trade(1, 60), trade(1, 60), trade(2, 61), trade(1, 60), trade(3, 120)])
                == ["1: 100 100 100 100 2"]
        )
        #expect(tape.repeatedCount == 2 && tape.gapCount == 0)
    }

    @Test func `what went by while the connection was away is known afterwards`() throws {
        var tape = try tape()
        #expect(told(&tape, [trade(1, 60), trade(2, 70)]).isEmpty)
        tape.opened(at: after(90))
        // The candle that formed is gone with its connection.
        #expect(told(&tape, [trade(6, 100), trade(7, 120), trade(8, 180)]) == ["3...5", "2: 100 100 100 100 1"])
    }

    @Test func `a heartbeat tells of trades that never came, once they had the time to`() throws {
        var tape = try tape(CoinbaseStream.self)
        func match(_ id: Int64, _ seconds: Double) -> StreamMessage {
            .trade(
                Trade(id: id, time: after(seconds), price: Price(ExactDecimal(1)), amount: ExactDecimal(1)),
                symbol: "BTC-USD"
            )
        }
        func beat(_ last: Int64) -> StreamMessage { .heartbeat(symbol: "BTC-USD", lastTradeID: last) }
        // The second beat overtakes its trade.
        #expect(told(&tape, [match(1, 60), beat(1), beat(2), match(2, 61), beat(2)]).isEmpty)
        #expect(told(&tape, [beat(4), beat(4)]) == ["3...4"])
        // Whatever forms while trades are missing is left to whoever is asked.
        #expect(told(&tape, [match(5, 200), match(6, 239), match(7, 240), match(8, 300)]) == ["4: 1 1 1 1 1"])
    }

    @Test func `where an exchange tells no prices, trades are prices`() throws {
        var tape = try tape(KrakenStream.self)
        #expect(told(&tape, [trade(nil, 180, 7)]) == ["price 7"])
        var other = try self.tape()
        #expect(told(&other, [trade(1, 180, 7)]).isEmpty)
    }

    @Test func `old prices, prices from the future and other markets are counted and not told`() throws {
        var tape = try tape()
        func price(_ seconds: Double, _ symbol: String = "BTCUSDT") -> StreamMessage {
            .price(StreamPrice(price: Price(ExactDecimal(1)), asOf: after(seconds)), symbol: symbol)
        }
        // It is 200 seconds after the start.
        #expect(told(&tape, [price(139), price(231), price(200, "ETHUSDT"), price(141)]) == ["price 1"])
        #expect(tape.outdatedCount == 2 && tape.strangeCount == 1)
    }

    @Test func `each exchange is asked in its own words`() throws {
        let pairs = try ["BTC-USD", "ETH-USD"].map { try #require(TradingPair($0)) }
        #expect(
            BinanceStream.requests(for: pairs) == [
                #"{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@ticker","ethusdt@trade","ethusdt@ticker"],"id":1}"#
            ]
        )
        #expect(
            CoinbaseStream.requests(for: pairs) == [
                #"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channels":["ticker","matches","heartbeat"]}"#
            ]
        )
        #expect(
            KrakenStream.requests(for: pairs) == [
                #"{"event":"subscribe","pair":["XBT/USD","ETH/USD"],"subscription":{"name":"trade"}}"#
            ]
        )
    }
}
