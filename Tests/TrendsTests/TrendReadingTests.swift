import Domain
import Testing

@testable import Trends

/// What is believed of a model's answer.
@Suite struct TrendReadingTests {
    private static func entry(
        symbol: String = #""BTC""#,
        sentiment: String = #""bullish""#,
        change: String = "3.25",
        snippet: String = #""Bitcoin looks strong""#,
        link: String = #""https://x.com/someone/status/1""#
    ) -> String {
        #"{"symbol":\#(symbol),"sentiment":\#(sentiment),"change_percent":\#(change),"snippet":\#(snippet),"link":\#(link)}"#
    }

    private static func answer(_ entries: String...) -> String { #"{"trends":[\#(entries.joined(separator: ","))]}"# }

    @Test func `a good entry is taken as it stands`() throws {
        let reading = try #require(TrendReading(Self.answer(Self.entry())))
        #expect(reading.droppedCount == 0)
        #expect(
            reading.entries == [
                Trend(
                    symbol: "BTC",
                    sentiment: .bullish,
                    changePercent: try #require(ExactDecimal("3.25")),
                    snippet: "Bitcoin looks strong",
                    link: "https://x.com/someone/status/1"
                )
            ]
        )
    }

    @Test(arguments: [
        (TrendReading.Fault.shape, "7"), (.shape, "null"), (.shape, #"["BTC"]"#),
        (.symbol, entry(symbol: "null")), (.symbol, entry(symbol: #""""#)), (.symbol, entry(symbol: #""BTC/USD""#)),
        (.symbol, entry(symbol: #""123""#)), (.symbol, entry(symbol: #""ABCDEFGHIJKLMNOP""#)),
        (.symbol, entry(symbol: #""straße""#)), (.symbol, entry(symbol: #""B\u0000TC""#)),
        (.sentiment, entry(sentiment: #""very bullish""#)), (.sentiment, entry(sentiment: #""Bullish""#)),
        (.sentiment, entry(sentiment: "1")),
        (.change, entry(change: #""3.2""#)), (.change, entry(change: "null")), (.change, entry(change: "-100.01")),
        (.change, entry(change: "10000.5")), (.change, entry(change: "1e300")),
        (.snippet, entry(snippet: "null")), (.snippet, entry(snippet: #""  ""#)), (.snippet, entry(snippet: #""<>""#)),
        (.snippet, entry(snippet: #""https://evil.example""#)),
        (.link, entry(link: "null")), (.link, entry(link: #""http://x.com/a/status/1""#)),
        (.link, entry(link: #""https://x.com.evil.example/a""#)), (.link, entry(link: #""javascript:alert(1)""#)),
    ])
    func `an entry that is not as it has to be is left out and counted`(
        fault: TrendReading.Fault,
        entry: String
    ) throws {
        let good = Self.entry(symbol: #""ETH""#)
        let reading = try #require(TrendReading(Self.answer(entry, good)))
        #expect(reading.entries.map(\.symbol) == ["ETH"])
        #expect(reading.dropped == [fault: 1])
    }

    @Test func `a missing field is a fault like a wrong one`() throws {
        let reading = try #require(TrendReading(Self.answer("{}", #"{"symbol":"BTC"}"#)))
        #expect(reading.entries.isEmpty && reading.dropped == [.symbol: 1, .sentiment: 1])
    }

    @Test func `ten are enough, and each symbol is there once`() throws {
        let many = (0..<14).map { Self.entry(symbol: #""C\#($0)""#) }
        let reading = try #require(TrendReading(#"{"trends":[\#((many + many).joined(separator: ","))]}"#))
        #expect(reading.entries.map(\.symbol) == (0..<10).map { "C\($0)" })
        #expect(reading.dropped == [.surplus: 18])
        let twice = try #require(TrendReading(Self.answer(Self.entry(), Self.entry(symbol: #""$btc""#))))
        #expect(twice.entries.count == 1 && twice.dropped == [.repeated: 1])
    }

    @Test func `a change is kept with two digits`() throws {
        let reading = try #require(TrendReading(Self.answer(Self.entry(change: "-0.12500001"))))
        #expect(reading.entries[0].changePercent == ExactDecimal("-0.13"))
        let whole = try #require(TrendReading(Self.answer(Self.entry(change: "-100"))))
        #expect(whole.entries[0].changePercent == ExactDecimal(-100))
    }

    @Test func `words and fences around the list do no harm, and what is none is none`() {
        #expect(TrendReading("Here it is:\n```json\n\(Self.answer(Self.entry()))\n```")?.entries.count == 1)
        for text in ["", "no list", "}{", "{", #"{"trends":7}"#, #"[\#(Self.entry())]"#, #"{"trends":[{"symbol":"#] {
            #expect(TrendReading(text) == nil, "\(text)")
        }
        #expect(TrendReading(#"{"trends":[]}"#)?.entries == [])
        let long = Self.answer(Self.entry(snippet: "\"\(String(repeating: "a", count: TrendReading.bytesMax))\""))
        #expect(TrendReading(long) == nil)
    }

    @Test(arguments: [
        ("a  b\tc\nd", "a b c d"), ("<script>alert(1)</script> buy", "alert(1) buy"),
        ("1 < 2 and 3 > 2 <3", "1 2 and 3 2 3"), ("a<img src=x onerror=y>b<<i>>c</i", "a b c /i"),
        ("**Bold** `code` [link](https://evil.example/x)", "Bold code link"), ("up\u{202E}down\u{200B}", "up down"),
        ("see https://a.example and www.b.example now", "see and now"), ("\u{1B}[31mred", "31mred"),
        ("$BTC #Bitcoin \u{1F680}", "$BTC #Bitcoin \u{1F680}"),
    ])
    func `a snippet is one line of plain words`(text: String, plain: String) {
        #expect(TrendText.snippet(text) == plain)
    }

    @Test func `a snippet has thirty words at most, and no endless one`() throws {
        let words = (1...40).map { "w\($0)" }
        let snippet = try #require(TrendText.snippet(words.joined(separator: " ")))
        #expect(snippet.split(separator: " ").count == 30 && snippet.hasSuffix("w30"))
        #expect(TrendText.snippet(String(repeating: "a", count: 1000))?.count == TrendText.charactersMax)
        #expect(TrendText.snippet(String(repeating: "a", count: 5000)) == nil)
    }

    @Test(arguments: [
        ("https://x.com/a/status/1?s=20&t=q", "https://x.com/a/status/1"),
        ("https://x.com/a/status/1#top", "https://x.com/a/status/1"), ("https://x.com/a/", "https://x.com/a"),
        ("https://www.twitter.com/i/status/9", "https://www.twitter.com/i/status/9"),
        ("https://x.com", nil), ("https://x.com/", nil), ("https://x.com//a", nil), ("https://x.com/a/../b", nil),
        ("https://user@x.com/a", nil), ("https://x.com:444/a", nil), ("https://X.com/a", nil),
        ("https://evil.example/x.com/a", nil), ("https://x.com/a b", nil), ("https://x.com/%2e%2e", nil),
        ("https://x.com\\@evil.example/a", nil), ("//x.com/a", nil), ("https://xx.com/a", nil),
        ("https://x.com/\u{430}", nil),
    ])
    func `a link leads to X and nowhere else`(text: String, link: String?) {
        #expect(TrendText.link(text) == link)
    }
}
