import Bus
import Domain
import FoundationEssentials
import Market
import TestKit
import Testing

struct StreamGrammarTests {
    private func problem(_ read: () throws(StreamProblem) -> [StreamMessage]) -> String? {
        do throws(StreamProblem) {
            _ = try read()
            return nil
        } catch {
            return error.description
        }
    }

    private let time = Timestamp(milliseconds: 1_700_000_070_500)

    @Test func `Binance tells trades, prices and candles, raw and in an envelope`() throws {
        let trade =
            #"{"e":"trade","E":1700000070501,"s":"BTCUSDT","t":7,"p":"36500.10","q":"0.25","T":1700000070500,"m":true}"#
        let expected = StreamMessage.trade(
            Trade(id: 7, time: time, price: try #require(Price("36500.1")), amount: try #require(ExactDecimal("0.25"))),
            symbol: "BTCUSDT"
        )
        #expect(try BinanceStream.read(trade.utf8) == [expected])
        #expect(try BinanceStream.read(#"{"stream":"btcusdt@trade","data":\#(trade)}"#.utf8) == [expected])
        let mini =
            #"{"e":"24hrMiniTicker","E":1700000070500,"s":"BTCUSDT","c":"2","o":"1","h":"3","l":"0","v":"9","q":"9"}"#
        guard case .price(let price, "BTCUSDT")? = try BinanceStream.read(mini.utf8).first else {
            Issue.record("no price")
            return
        }
        #expect(price.price.description == "2" && price.asOf == time && price.high24h?.description == "3")
        #expect(price.low24h == nil && price.change24hPercent == nil)
        for isClosed in [true, false] {
            let kline =
                #"{"e":"kline","E":1,"s":"BTCUSDT","k":{"t":1700000040000,"T":1700000099999,"s":"BTCUSDT","i":"1m","#
                + #""f":1,"L":2,"o":"2","c":"3","h":"4","l":"1","v":"5","n":2,"x":\#(isClosed),"q":"1","V":"1","Q":"1","B":"0"}}"#
            guard case .candle(let candle, "BTCUSDT", isClosed)? = try BinanceStream.read(kline.utf8).first else {
                Issue.record("no candle")
                return
            }
            #expect(candle.openTime == Timestamp(seconds: 1_700_000_040) && candle.volume.description == "5")
        }
    }

    @Test func `what Binance says about the stream itself`() throws {
        #expect(try BinanceStream.read(#"{"result":null,"id":1}"#.utf8) == [.accepted])
        #expect(try BinanceStream.read(#"{"code":2,"msg":"Invalid request"}"#.utf8) == [.refused("Invalid request")])
        #expect(try BinanceStream.read(#"{"error":{"code":2,"msg":"No"},"id":1}"#.utf8) == [.refused("No")])
        #expect(try BinanceStream.read(#"{"e":"serverShutdown","E":1}"#.utf8) == [.closing])
        #expect(try BinanceStream.read(#"{"e":"depthUpdate"}"#.utf8) == [.other])
        #expect(problem { () throws(StreamProblem) in try BinanceStream.read("{}".utf8) } == "e is missing")
    }

    @Test(arguments: [
        (#""q":"0.25""#, #""q":0.25"#, "q is no decimal number in a text"),
        (#""q":"0.25""#, #""q":"0""#, "q is not above zero"),
        (#""p":"2""#, #""p":"-2""#, "p is not above zero"), (#""t":7"#, #""t":"7""#, "t is no whole number"),
        (#""T":1700000070500"#, #""T":-1"#, "T is no time"), (#""s":"BTCUSDT""#, #""s":null"#, "s is no text"),
    ])
    func `what is wrong in a message is named`(good: String, bad: String, words: String) {
        let message = #"{"e":"trade","E":1,"s":"BTCUSDT","t":7,"p":"2","q":"0.25","T":1700000070500,"m":true}"#
        #expect(problem { () throws(StreamProblem) in try BinanceStream.read(message.utf8) } == nil)
        let broken = message.replacing(good, with: bad)
        #expect(broken != message)
        #expect(problem { () throws(StreamProblem) in try BinanceStream.read(broken.utf8) } == words)
    }

    @Test func `Coinbase tells trades, prices and that it is alive`() throws {
        let match =
            #"{"type":"match","trade_id":9,"side":"sell","size":"985","price":"0.00001305","product_id":"SKL-BTC","#
            + #""sequence":1,"time":"2023-11-14T22:14:30.500000Z"}"#
        #expect(
            try CoinbaseStream.read(match.utf8) == [
                .trade(
                    Trade(id: 9, time: time, price: try #require(Price("0.00001305")), amount: ExactDecimal(985)),
                    symbol: "SKL-BTC"
                )
            ]
        )
        let ticker =
            #"{"type":"ticker","product_id":"BTC-USD","price":"110","open_24h":"100","high_24h":"120","low_24h":"90","#
            + #""time":"2023-11-14T22:14:30.5Z","trade_id":9}"#
        guard case .price(let price, "BTC-USD")? = try CoinbaseStream.read(ticker.utf8).first else {
            Issue.record("no price")
            return
        }
        #expect(price.change24hPercent?.description == "10" && price.asOf == time)
        let beat =
            #"{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2023-11-14T22:14:30Z"}"#
        #expect(try CoinbaseStream.read(beat.utf8) == [.heartbeat(symbol: "BTC-USD", lastTradeID: 20)])
        let error = #"{"type":"error","message":"Failed to subscribe","reason":"X-Y is not a valid product"}"#
        #expect(try CoinbaseStream.read(error.utf8) == [.refused("Failed to subscribe: X-Y is not a valid product")])
    }

    @Test func `Kraken tells several trades at once, and candles by their end`() throws {
        let trades =
            #"[321,[["5541.2","0.15","1700000070.500000","s","l",""],["6060","0.02","1700000070.5","b","l",""]],"trade","XBT/USD"]"#
        let messages = try KrakenStream.read(trades.utf8)
        #expect(messages.count == 2)
        #expect(
            messages.first
                == .trade(
                    Trade(
                        id: nil,
                        time: time,
                        price: try #require(Price("5541.2")),
                        amount: try #require(ExactDecimal("0.15"))
                    ),
                    symbol: "XBT/USD"
                )
        )
        let ohlc = #"[42,["1700000070.5","1700000100.000000","3","4","1","2","2.5","5.5",3],"ohlc-1","XBT/USD"]"#
        guard case .candle(let candle, "XBT/USD", false)? = try KrakenStream.read(ohlc.utf8).first else {
            Issue.record("no candle")
            return
        }
        #expect(candle.openTime == Timestamp(seconds: 1_700_000_040) && candle.volume.description == "5.5")
        #expect(try KrakenStream.read(#"{"event":"heartbeat"}"#.utf8) == [.heartbeat(symbol: nil, lastTradeID: nil)])
        let refusal =
            #"{"event":"subscriptionStatus","status":"error","errorMessage":"Currency pair not supported X/Y"}"#
        #expect(try KrakenStream.read(refusal.utf8) == [.refused("Currency pair not supported X/Y")])
        #expect(
            try KrakenStream.read(#"{"event":"systemStatus","status":"maintenance"}"#.utf8) == [
                .refused("the exchange is maintenance")
            ]
        )
        #expect(KrakenStream.symbol(try #require(TradingPair("BTC-EUR"))) == "XBT/EUR")
        #expect(
            problem { () throws(StreamProblem) in try KrakenStream.read("[1,2]".utf8) }
                == "a list of 2 without channel and pair"
        )
    }

    @Test func `trades that a stream has lost are noticed`() {
        var sequence = TradeSequence()
        #expect(
            [5, 6, 6, 5, 9, 10].map { sequence.look(at: $0) } == [
                .next, .next, .repeated, .repeated, .gap(7...8), .next,
            ]
        )
        #expect(sequence.look(atLast: 10) == .next)
        #expect(sequence.look(atLast: 12) == .gap(11...12))
        #expect(sequence.look(at: 13) == .next)
    }
}

@Suite(.enabled(if: TestData.has("ws"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"))
struct RecordedStreamTests {
    /// The messages of a recording that came from the exchange.
    private func messages(_ file: String) throws -> [Substring] {
        let text = try String(contentsOfFile: "\(TestData.folder)/ws/\(file)", encoding: .utf8)
        return text.split(separator: "\n").dropFirst().filter { !$0.contains(" <- ") }
            .compactMap { line in line.firstRange(of: ": ").map { line[$0.upperBound...] } }
            .filter { $0.hasPrefix("{") || $0.hasPrefix("[") }
    }

    private func count(_ messages: [StreamMessage], _ isKind: (StreamMessage) -> Bool) -> Int {
        messages.count(where: isKind)
    }

    private func isTrade(_ message: StreamMessage) -> Bool { if case .trade = message { true } else { false } }
    private func isCandle(_ message: StreamMessage) -> Bool { if case .candle = message { true } else { false } }
    private func isPrice(_ message: StreamMessage) -> Bool { if case .price = message { true } else { false } }

    @Test func `every recorded message of three exchanges is read`() throws {
        let binance = try messages("cryptofeed_BINANCE.ws.1.0.txt").flatMap { try BinanceStream.read($0.utf8) }
        #expect(count(binance, isTrade) == 2 && count(binance, isCandle) == 2)
        let futures = try messages("cryptofeed_BINANCE_FUTURES.ws.1.0.txt").flatMap { try BinanceStream.read($0.utf8) }
        #expect(count(futures, isTrade) == 32 && count(futures, isCandle) == 23)
        let coinbase = try messages("cryptofeed_COINBASE.ws.28.0.txt").flatMap { try CoinbaseStream.read($0.utf8) }
        #expect(count(coinbase, isTrade) == 21 && count(coinbase, isPrice) == 21)
        #expect(count(coinbase) { $0 == .accepted } == 3)
        let kraken = try messages("cryptofeed_KRAKEN.ws.48.0.txt").flatMap { try KrakenStream.read($0.utf8) }
        #expect(kraken.count >= 40)
        #expect(count(kraken) { $0 == .heartbeat(symbol: nil, lastTradeID: nil) } > 10)
    }
}
