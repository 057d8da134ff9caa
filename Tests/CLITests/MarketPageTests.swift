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
}
