import CryptoCallClient
import FoundationEssentials
import Testing

@testable import CLI

struct NewsPageTests {
    private func decoded<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    @Test func `news are told with mood and coins, and what a stranger wrote moves no cursor`() throws {
        let list: NewsList = try decoded(
            #"""
            {"news":[
            {"id":"a","publishedAt":"2026-11-26T12:00:00Z","storedAt":"2026-11-26T12:01:00Z","source":"decrypt",
            "title":"Up \u001b[2J we go","url":"https://d.example/a","symbols":["BTC","ETH"],"score":0.054,
            "level":"neutral","method":"linear"},
            {"id":"b","publishedAt":"2026-11-26T11:00:00Z","storedAt":"2026-11-26T12:01:00Z","source":"coindesk",
            "title":"Down","url":"https://c.example/b","symbols":[],"score":-0.75,"level":"very_negative","method":"tei"}]}
            """#
        )
        let lines = NewsLines.list(list, TerminalTests.plain)
        #expect(lines.count == 3)
        #expect(lines[1].contains("+0.05 neutral") && lines[1].contains("BTC ETH") && !lines[1].contains("\u{1B}"))
        #expect(lines[2].contains("-0.75 very_negative") && lines[2].contains("coindesk"))
        #expect(NewsLines.list(try decoded(#"{"news":[]}"#), TerminalTests.plain) == ["no news"])
    }

    @Test func `feeds are told with when they were read and why not`() throws {
        let found: NewsFeeds = try decoded(
            #"""
            {"feeds":[{"name":"decrypt","url":"https://d.example/feed","dueAt":"2026-11-26T12:30:00Z",
            "lastSuccess":"2026-11-26T12:00:00Z","failures":0,"lastFailure":null,"lastFailureAt":null,
            "items":30,"new":4,"leftOut":0},
            {"name":"coindesk","url":"https://c.example/rss","dueAt":"2026-11-26T12:30:00Z","lastSuccess":null,
            "failures":2,"lastFailure":"web_page","lastFailureAt":"2026-11-26T12:00:00Z","items":null,"new":null,
            "leftOut":null}]}
            """#
        )
        let lines = NewsLines.feeds(found, TerminalTests.plain)
        #expect(lines.count == 3)
        #expect(lines[1].contains("30") && lines[1].contains("https://d.example/feed"))
        #expect(lines[2].contains("never") && lines[2].contains("web_page"))
    }
}
