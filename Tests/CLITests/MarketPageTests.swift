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
            {"provider":"binance","status":"online","priority":5,"weight":10,"asked":20,"answered":19,"failed":1,"skipped":0,
            "successShare":0.954,"latencyMilliseconds":12.4,"lastError":null},
            {"provider":"kraken","status":"offline","priority":5,"weight":10,"asked":3,"answered":0,"failed":3,"skipped":9,
            "successShare":null,"latencyMilliseconds":null,"lastError":"timed out"}]}
            """#
        )
        let lines = MarketLines.providers(found, TerminalTests.plain)
        #expect(lines.count == 3)
        #expect(lines[1].contains("online") && lines[1].contains("95 %") && lines[1].contains("12 ms"))
        #expect(lines[2].contains("offline") && lines[2].hasSuffix("timed out"))
    }

    @Test func `where a recording is played nobody is asked`() throws {
        let found = try providers(#"{"replayed":true,"providers":[]}"#)
        #expect(MarketLines.providers(found, TerminalTests.plain) == ["recorded candles are played; nobody is asked"])
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
