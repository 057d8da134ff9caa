import Testing

@testable import FaultServer

/// How the body of a stream is taken apart.
@Suite struct StreamBodyTests {
    /// `o`, the contents `a`, `b` with a frame between them, and `z`.
    private var body: StreamBody {
        var body = StreamBody()
        for (text, role) in [("oo", StreamBody.Role.frame), ("aa", .content), ("--", .frame), ("bb", .content)] {
            body.append(role) { $0.append(text) }
        }
        body.append(.closing) { $0.append("zz") }
        return body
    }

    private func text(_ body: StreamBody) -> String { String(decoding: body.bytes, as: UTF8.self) }

    @Test func `a prefix ends right behind its last content`() {
        #expect((0...3).map { text(body.prefix(contents: $0)) } == ["oo", "ooaa", "ooaa--bb", "ooaa--bb"])
        #expect((0...2).map { text(body.suffix(afterContents: $0)) } == ["aa--bbzz", "--bbzz", "zz"])
        #expect(text(body.withoutLastEvent) == "ooaa--bb")
        #expect(text(StreamBody().withoutLastEvent).isEmpty)
    }

    @Test func `what is cut within an event does not count as content`() {
        let cut = body.prefix(bytes: 3)
        #expect(text(cut) == "ooa" && cut.events.map(\.contentCount) == [0, 0])
        #expect(body.prefix(bytes: 4).events.map(\.contentCount) == [0, 1])
        #expect(body.prefix(bytes: 0).events.isEmpty)
        #expect(body.prefix(bytes: 99) == body)
    }

    @Test func `one body behind another keeps its events`() {
        var both = body
        both.append(body)
        #expect(text(both.prefix(contents: 3)) == "ooaa--bbzzooaa")
    }
}
