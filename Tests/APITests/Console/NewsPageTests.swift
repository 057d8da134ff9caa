import Bus
import Domain
import HTTPClient
import Testing

@testable import API

/// The page of the news, asked over a real connection.
@Suite(.timeLimit(.minutes(1))) struct NewsPageTests {
    private let browser: HTTPHeaders = ["accept": "text/html,application/xhtml+xml,*/*;q=0.8"]
    private static let id = UUIDv7(milliseconds: 1_790_000_000_000, counter: 1, random: 2)

    private static func piece(url: String, title: String, source: String) -> NewsAnswer.Piece {
        NewsAnswer.Piece(
            id: id,
            url: url,
            title: title,
            summary: "",
            source: source,
            publishedAt: ConsoleSample.now.advanced(by: .seconds(-600)),
            symbols: ["BTC"],
            sentiment: NewsAnswer.Mood(score: -0.054, level: .neutral, method: "linear")
        )
    }

    private static func doors(_ pieces: [NewsAnswer.Piece]) -> NewsRoutes.Doors {
        NewsRoutes.Doors(
            news: { (wish) async throws(APIError) in
                NewsAnswer(
                    items: wish.symbol == "NONE" ? [] : pieces,
                    next: wish.before == nil ? id : nil,
                    readAt: ConsoleSample.now,
                    age: .zero,
                    isStale: false
                )
            },
            mood: { () async throws(APIError) in
                let freshness = Freshness(
                    source: "alternative",
                    asOf: ConsoleSample.now,
                    isCached: true,
                    age: .zero,
                    isStale: true
                )
                return MoodAnswer(
                    fearGreed: Fresh(.init(value: 47, label: "Neutral"), freshness),
                    fearGreedReason: nil,
                    news: Fresh(.init(score: 0.25, level: .positive, count: 4, hours: 24), freshness)
                )
            },
            analyze: { (_) async throws(APIError) in throw APIError(.unavailable, "nobody") }
        )
    }

    @Test func `a piece stands there with source, age, mood and coins, and leads to its page`() async throws {
        var sample = ConsoleSample()
        sample.news = Self.doors([Self.piece(url: "https://a.example/1?x=1&y=2", title: "It rises", source: "decrypt")])
        try await sample.serving { ask in
            let page = String(decoding: try await ask(.get, "/news", browser).body, as: UTF8.self)
            #expect(page.contains("href=\"https://a.example/1?x=1&amp;y=2\" rel=\"noopener noreferrer nofollow\""))
            #expect(page.contains("It rises") && page.contains("decrypt · a.example") && page.contains(" · 10 min ago"))
            #expect(page.contains("neutral</span>") && page.contains("\u{2212}0.05 by linear"))
            #expect(page.contains("href=\"/news?symbol=BTC\""))
            #expect(page.contains("47 of 100") && page.contains("stale</span>") && page.contains("+0.25"))
            #expect(page.contains("href=\"/news?before=\(Self.id)\"") && page.contains("news.js"))
            let older = String(
                decoding: try await ask(.get, "/news?before=\(Self.id)", browser).body,
                as: UTF8.self
            )
            #expect(!older.contains("Older news") && !older.contains("news.js"))
            let none = String(decoding: try await ask(.get, "/news?symbol=none", browser).body, as: UTF8.self)
            #expect(none.contains("No news yet") && none.contains("News of NONE"))
        }
    }

    @Test func `what strangers wrote is shown as text, and their addresses lead nowhere unless they are sound`()
        async throws
    {
        var sample = ConsoleSample()
        sample.news = Self.doors([
            Self.piece(url: "javascript:alert(1)", title: ConsoleSample.hostile, source: ConsoleSample.hostile)
        ])
        try await sample.serving { ask in
            let page = String(decoding: try await ask(.get, "/news?symbol=%3Cscript%3E", browser).body, as: UTF8.self)
            #expect(!page.contains("<script>") && !page.contains("<img") && !page.contains("javascript:"))
            #expect(page.contains("&lt;script&gt;"))
        }
    }

    @Test(arguments: [
        ("https://a.example/x", true), ("http://a.example", true), ("https://a.example:8443/?q=1", true),
        ("javascript:alert(1)", false), ("//a.example/", false), ("https://me@a.example/", false),
        ("https:///x", false),
        ("https://a.example/\"x", false), ("https://a.example/ x", false), ("https://a.example/ä", false),
    ])
    func `only plain addresses are links`(text: String, isLink: Bool) {
        #expect((OutsideAddress(text) != nil) == isLink)
    }
}
