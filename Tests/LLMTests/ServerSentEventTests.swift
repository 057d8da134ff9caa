import Testing

@testable import LLM

@Suite struct ServerSentEventTests {
    private func events(_ pieces: [[UInt8]]) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for piece in pieces { try parser.feed(piece, into: &events) }
        try parser.finish(into: &events)
        return events
    }

    private func event(_ name: String = "", _ data: String) -> ServerSentEvent {
        ServerSentEvent(name: name, data: Array(data.utf8))
    }

    @Test func `an event is the same at every split and with every line end`() throws {
        let text =
            "\u{FEFF}: busy\ndata: {\"a\":\"é😀\"}\n\nevent: error\ndata:one\ndata: two\nid: 7\nretry: 5\n\ndata: last"
        let expected = [event("", "{\"a\":\"é😀\"}"), event("error", "one\ntwo"), event("", "last")]
        for end in ["\n", "\r\n", "\r"] {
            let bytes = Array(text.replacing("\n", with: end).utf8)
            let whole = try events([bytes])
            #expect(whole == expected)
            for split in 0...bytes.count {
                let cut = try events([Array(bytes[..<split]), Array(bytes[split...])])
                #expect(cut == expected, "\(end.debugDescription) at \(split)")
            }
            let dripped = try events(bytes.map { [$0] })
            #expect(dripped == expected)
        }
    }

    @Test func `comments, unknown fields and empty events say nothing`() throws {
        let nothing = try events([Array(": a\n\n\nevent: x\n\nfoo: bar\nnonsense\n\n".utf8)])
        #expect(nothing.isEmpty)
        // Data that is empty is data.
        let empty = try events([Array("data\n\ndata:\n\n".utf8)])
        #expect(empty == [event("", ""), event("", "")])
    }

    @Test func `a bare line of JSON is told as one`() throws {
        let seen = try events([Array("data: 1\n\n{\"error\":\"out of memory\"}\n".utf8)])
        let bare = ServerSentEvent(data: Array("{\"error\":\"out of memory\"}".utf8), isBare: true)
        #expect(seen == [event("", "1"), bare])
    }

    @Test func `an event without an end is refused`() throws {
        var parser = ServerSentEventParser(bytesMax: 100)
        var events: [ServerSentEvent] = []
        try parser.feed(Array("data: \(String(repeating: "a", count: 80))\n".utf8), into: &events)
        #expect(throws: ServerSentEventParser.TooLarge(bytesMax: 100)) {
            try parser.feed(Array(repeating: UInt8(ascii: "b"), count: 30), into: &events)
        }
    }
}
