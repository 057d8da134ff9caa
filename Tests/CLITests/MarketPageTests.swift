import CryptoCallClient
import FoundationEssentials
import Testing

@testable import CLI

struct MarketPageTests {
    private func providers(_ text: String) throws -> MarketProviders {
        try JSONDecoder().decode(MarketProviders.self, from: Data(text.utf8))
    }

    @Test func `providers are told with how they are doing`() throws {
        let found = try providers(
            #"""
            {"replayed":false,"providers":[
            {"provider":"binance","discovered":false,"status":"online","priority":5,"weight":10,"asked":20,"answered":19,"failed":1,"skipped":0,
            "successShare":0.954,"latencyMilliseconds":12.4,"lastError":null,"obstacle":null,"categories":["exchange"]},
            {"provider":"kraken-2","discovered":true,"status":"offline","priority":5,"weight":10,"asked":3,"answered":0,"failed":3,"skipped":9,
            "successShare":null,"latencyMilliseconds":null,"lastError":"timed out","obstacle":null,"categories":["exchange"]},
            {"provider":"coincap","discovered":false,"status":"unavailable","priority":5,"weight":10,"asked":0,"answered":0,"failed":0,
            "skipped":2,"successShare":null,"latencyMilliseconds":null,"lastError":null,"obstacle":"needs a key",
            "categories":["exchange","market_data"]}]}
            """#
        )
        let lines = MarketLines.providers(found, TerminalTests.plain)
        #expect(lines.count == 4)
        #expect(lines[1].contains("online") && lines[1].contains("95 %") && lines[1].contains("12 ms"))
        #expect(
            lines[2].hasPrefix("kraken-2 (discovered)") && lines[2].contains("offline")
                && lines[2].hasSuffix("timed out")
        )
        #expect(lines[3].contains("unavailable") && lines[3].hasSuffix("needs a key"))
    }

    @Test func `where a recording is played nobody is asked`() throws {
        let found = try providers(#"{"replayed":true,"providers":[]}"#)
        #expect(MarketLines.providers(found, TerminalTests.plain) == ["recorded candles are played; nobody is asked"])
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test func `proposals say what spoke against them, or how their price compared`() throws {
        let found = try decode(
            MarketProposals.self,
            #"""
            {"proposals":[{"id":"binance-2","kind":"binance","address":"https://api1.binance.com","status":"proposed",
            "checks":[{"name":"answer","outcome":"passed","detail":"it answers"},
            {"name":"price","outcome":"passed","detail":"it says 7"}],"latencyMilliseconds":81.25,
            "firstSeen":"2026-01-01T00:00:00Z","lastChecked":"2026-01-02T00:00:00Z","decidedBy":null,"decidedAt":null},
            {"id":"binance-3","kind":"binance","address":"https://api2.binance.com","status":"refused",
            "checks":[{"name":"answer","outcome":"failed","detail":"unreachable"}],"latencyMilliseconds":null,
            "firstSeen":"2026-01-01T00:00:00Z","lastChecked":"2026-01-02T00:00:00Z"}]}
            """#
        )
        let lines = MarketLines.proposals(found, TerminalTests.plain)
        #expect(lines.count == 3)
        #expect(
            lines[1].contains("proposed") && lines[1].contains("81 ms") && lines[1].hasSuffix("price passed: it says 7")
        )
        #expect(lines[2].contains("refused") && lines[2].hasSuffix("answer failed: unreachable"))
        let none = try decode(MarketProposals.self, #"{"proposals":[]}"#)
        #expect(MarketLines.proposals(none, TerminalTests.plain) == ["no address was asked so far"])
    }

    @Test func `gaps say why something is missing`() throws {
        let found = try decode(
            MarketGaps.self,
            #"""
            {"pair":"BTC-USD","interval":"1m","from":"a","to":"b","expected":100,"asked":60,"more":true,"gaps":[
            {"from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:05:00Z","missing":5,"asked":true},
            {"from":"2026-01-01T00:05:00Z","to":"2026-01-01T00:45:00Z","missing":40,"asked":false}]}
            """#
        )
        let lines = MarketLines.gaps(found, TerminalTests.plain)
        #expect(lines.count == 5 && lines[0].contains("60 of 100"))
        #expect(lines[2].hasSuffix("the exchange has none") && lines[3].hasSuffix("never asked for"))
        #expect(lines[4].contains("--limit"))
        let none = try decode(
            MarketGaps.self,
            #"{"pair":"A-B","interval":"1m","from":"a","to":"b","expected":1,"asked":1,"more":false,"gaps":[]}"#
        )
        #expect(MarketLines.gaps(none, TerminalTests.plain).last == "nothing is missing")
    }

    @Test func `a backfill is done only when all of it is`() throws {
        func backfill(_ state: String, _ done: Int, error: String = "null") throws -> MarketBackfills {
            try decode(
                MarketBackfills.self,
                #"""
                {"backfills":[{"id":"x","state":"\#(state)","pair":"BTC-USD","interval":"1h","from":"a","to":"b",
                "source":null,"expected":1000,"done":\#(done),"runAt":"c","error":\#(error)}]}
                """#
            )
        }
        let waiting = try backfill("scheduled", 999, error: #""no provider answers""#)
        let line = MarketLines.progress(waiting.backfills[0])
        #expect(line == "99 %, 999 of 1000 candles, scheduled, no provider answers")
        #expect(!waiting.backfills[0].isOver)
        let done = try backfill("completed", 1000)
        #expect(MarketLines.progress(done.backfills[0]) == "100 %, 1000 of 1000 candles, completed")
        #expect(done.backfills[0].isOver)
        #expect(MarketLines.backfills(done, TerminalTests.plain).count == 2)
        #expect(
            MarketLines.backfills(try decode(MarketBackfills.self, #"{"backfills":[]}"#), TerminalTests.plain) == [
                "there are none"
            ]
        )
    }

    @Test func `candles are told with their source, and that there are older ones`() throws {
        let found = try decode(
            MarketHistory.self,
            #"""
            {"pair":"BTC-USD","interval":"1d","from":"a","to":"b","more":true,"candles":[
            {"openTime":"2026-01-01T00:00:00Z","open":"1","high":"3","low":"0.5","close":"2","volume":"10",
            "source":"binance","suspect":true}]}
            """#
        )
        let lines = MarketLines.history(found, TerminalTests.plain)
        #expect(lines.count == 3 && lines[1].hasSuffix("binance (contradicted)") && lines[2].contains("older"))
    }

    @Test func `pools are told with who would be asked now`() throws {
        let found = try JSONDecoder().decode(
            MarketPools.self,
            from: Data(
                #"""
                {"pools":[{"id":"exchange","name":"Prices","category":"exchange","strategy":"priority","origin":"changed",
                "members":["binance","kraken"],"order":["kraken"]},
                {"id":"mine","name":"Mine","category":"nft","strategy":"weighted","origin":"created","members":[],"order":[]}]}
                """#.utf8
            )
        )
        let lines = MarketLines.pools(found, TerminalTests.plain)
        #expect(lines.count == 3)
        #expect(lines[1].contains("changed") && lines[1].contains("binance kraken") && lines[1].hasSuffix("kraken"))
        #expect(lines[2].contains("-") && lines[2].hasSuffix("nobody"))
    }

    @Test func `streams are told with how they are doing`() throws {
        let found = try JSONDecoder().decode(
            MarketStreams.self,
            from: Data(
                #"""
                {"replayed":false,"streams":[
                {"exchange":"binance","state":"live","since":"2023-11-14T22:14:00Z","messages":900,
                "lastMessageAgeSeconds":0.6,"reconnects":2,"gaps":1,"missedTrades":7,"repeatedTrades":0,"heldPrices":3,
                "malformed":4,"lastError":null},
                {"exchange":"kraken","state":"waiting","since":"2023-11-14T22:14:00Z","messages":0,
                "lastMessageAgeSeconds":null,"reconnects":9,"gaps":0,"missedTrades":0,"repeatedTrades":0,"heldPrices":0,
                "malformed":0,"lastError":"ws.kraken.com is not found"}]}
                """#.utf8
            )
        )
        let shown = MarketLines.streams(found, TerminalTests.plain)
        #expect(shown.count == 3 && shown[1].contains("live"))
        #expect(shown[1].contains("1 s ago") && shown[1].contains("900"))
        #expect(shown[2].contains("waiting") && shown[2].hasSuffix("ws.kraken.com is not found"))
        func lines(_ text: String) throws -> [String] {
            MarketLines.streams(
                try JSONDecoder().decode(MarketStreams.self, from: Data(text.utf8)),
                TerminalTests.plain
            )
        }
        #expect(try lines(#"{"replayed":false,"streams":[]}"#) == ["no exchange's stream is followed"])
        #expect(try lines(#"{"replayed":true,"streams":[]}"#) == ["recorded candles are played; nothing is streamed"])
    }
}
