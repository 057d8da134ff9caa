import CryptoCallClient
import FoundationEssentials
import Testing

@testable import CLI

struct OnAirPageTests {
    private func decoded<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    @Test func `the air is told with voices, playout, engines and who speaks`() throws {
        let status: OnAirStatus = try decoded(
            #"""
            {"voices":["flite"],"reason":null,"muted":false,"waiting":2,"aheadSeconds":12.4,
            "engines":[{"name":"flite","state":"left_alone","reason":null,"answered":4,"failed":3,"lastFailure":"crash"}],
            "playout":{"startedAt":"2026-11-26T12:00:00Z","item":"a/0","items":3,"standby":false,"muted":false,
            "delay":true,"levelDecibels":-21.6,"silentSeconds":4.2,"lateBlocks":1,"ageSeconds":0.1},
            "segment":{"id":"a","state":"airing","host":"Nova","kind":"live","text":"Up \u001b[2J we go",
            "writtenAt":"2026-11-26T12:00:00Z"}}
            """#
        )
        let lines = OnAirLines.status(status, TerminalTests.plain)
        #expect(
            lines[0].contains("flite") && lines[1].contains("plays, 3 items wait, delayed, -22 dBFS, silent for 4 s")
        )
        #expect(lines[2].contains("12 s in 2 segments") && lines[3].contains("Nova: Up"))
        #expect(!lines.joined().contains("\u{1B}"))
        #expect(lines.last?.contains("left alone") == true && lines.last?.contains("crash") == true)
    }

    @Test func `silence is told with its reason`() throws {
        let status: OnAirStatus = try decoded(
            #"""
            {"voices":[],"reason":"no voice is set up","muted":true,"waiting":0,"aheadSeconds":0,"engines":[],
            "playout":null,"segment":null}
            """#
        )
        let lines = OnAirLines.status(status, TerminalTests.plain)
        #expect(lines.count == 5 && lines[0].contains("off: no voice is set up") && lines[1].contains("muted"))
        #expect(lines[2].contains("away") && lines[4].contains("nobody speaks"))
    }

    @Test func `the running order says how much there is, and how much is not shown`() throws {
        let queue: OnAirQueue = try decoded(
            #"""
            {"count":3,"aheadSeconds":20,"segments":[{"id":"a","state":"airing","host":"Nova","kind":"operator",
            "text":"Hello.","writtenAt":"2026-11-26T12:00:00Z"}]}
            """#
        )
        let lines = OnAirLines.queue(queue, TerminalTests.plain)
        #expect(lines[1].contains("operator") && lines[1].contains("Hello."))
        #expect(lines.last == "20 s ahead, and 2 more segments")
        let empty: OnAirQueue = try decoded(#"{"count":0,"aheadSeconds":0,"segments":[]}"#)
        #expect(OnAirLines.queue(empty, TerminalTests.plain) == ["nothing waits to be heard"])
    }

    @Test func `orders are answered with what they did`() throws {
        let said: OnAirSaid = try decoded(#"{"segment":"a","host":"Nova","aheadSeconds":7.6}"#)
        #expect(OnAirLines.said(said) == ["Nova says it; 8 s until it has been heard", "segment a"])
        let skipped: OnAirSkipped = try decoded(#"{"item":"a/0","segment":"a","removed":2}"#)
        #expect(OnAirLines.skipped(skipped) == ["broken off: segment a, with 2 more items"])
        let ident: OnAirSkipped = try decoded(#"{"item":"ident-1","segment":null,"removed":0}"#)
        #expect(OnAirLines.skipped(ident) == ["broken off: item ident-1"])
    }
}
