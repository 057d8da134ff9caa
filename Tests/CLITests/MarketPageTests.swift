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
            "successShare":0.954,"latencyMilliseconds":12.4,"lastError":null,"obstacle":null,"categories":["exchange"]},
            {"provider":"kraken","status":"offline","priority":5,"weight":10,"asked":3,"answered":0,"failed":3,"skipped":9,
            "successShare":null,"latencyMilliseconds":null,"lastError":"timed out","obstacle":null,"categories":["exchange"]},
            {"provider":"coincap","status":"unavailable","priority":5,"weight":10,"asked":0,"answered":0,"failed":0,
            "skipped":2,"successShare":null,"latencyMilliseconds":null,"lastError":null,"obstacle":"needs a key",
            "categories":["exchange","market_data"]}]}
            """#
        )
        let lines = MarketLines.providers(found, TerminalTests.plain)
        #expect(lines.count == 4)
        #expect(lines[1].contains("online") && lines[1].contains("95 %") && lines[1].contains("12 ms"))
        #expect(lines[2].contains("offline") && lines[2].hasSuffix("timed out"))
        #expect(lines[3].contains("unavailable") && lines[3].hasSuffix("needs a key"))
    }

    @Test func `where a recording is played nobody is asked`() throws {
        let found = try providers(#"{"replayed":true,"providers":[]}"#)
        #expect(MarketLines.providers(found, TerminalTests.plain) == ["recorded candles are played; nobody is asked"])
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
}
