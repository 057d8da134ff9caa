import Bus
import Domain
import HTTPClient
import JSON
import Testing
import Threading

@testable import API

/// News and mood over HTTP, from fixed doors.
@Suite(.timeLimit(.minutes(1))) struct NewsRoutesTests {
    private static let viewer: HTTPHeaders = ["authorization": "Bearer viewer/read"]
    private static let time = Timestamp(seconds: 1_790_000_000)
    private static let id = UUIDv7(milliseconds: 1_790_000_000_000, counter: 1, random: 2)

    private static let piece = NewsAnswer.Piece(
        id: id,
        url: "https://a.example/1",
        title: "Up <b>",
        summary: "and \"up\"",
        source: "example",
        publishedAt: time,
        symbols: ["BTC"],
        sentiment: NewsAnswer.Mood(score: 0.5, level: .positive, method: "linear")
    )

    private static let analysis = Analysis(
        score: -0.5,
        level: .negative,
        label: .bearish,
        scores: .init(bullish: 0.125, bearish: 0.625, neutral: 0.25),
        confidence: 0.625,
        method: "linear",
        warning: nil,
        passedOver: [ProviderReason(provider: "tei", reason: "tei: status 500")]
    )

    private final class Wishes: Sendable {
        private let kept = Mutex<[NewsRoutes.Wish]>([])
        var all: [NewsRoutes.Wish] { kept.withLock { $0 } }
        func add(_ wish: NewsRoutes.Wish) { kept.withLock { $0.append(wish) } }
    }

    private static func table(
        _ wishes: Wishes = Wishes(),
        mood: @escaping @Sendable () async throws(APIError) -> MoodAnswer = { () async throws(APIError) in
            throw APIError(.unavailable, "There is no mood to tell.")
        }
    ) throws -> RouteTable {
        let doors = NewsRoutes.Doors(
            news: { (wish) async throws(APIError) in
                wishes.add(wish)
                return NewsAnswer(items: [piece], next: id, readAt: time, age: .seconds(90), isStale: false)
            },
            mood: mood,
            analyze: { (_) async throws(APIError) in analysis }
        )
        return try RouteTable(NewsRoutes(doors).all())
    }

    @Test func `anybody reads the news, each with its mood, source and age`() async throws {
        let wishes = Wishes()
        try await TestListener.serving(try Self.table(wishes)) { ask in
            let answer = try await ask(.get, "/api/news?symbol=btc&source=example&limit=5&before=\(Self.id)")
            let body = try JSONValue(parsing: answer.body)
            #expect(answer.status == 200 && body["stale"] == false && body["cached"] == true)
            #expect(body["cache_age"] == 90 && body["next"]?.string == Self.id.description)
            #expect(body["items"]?[0]?["sentiment"] == ["score": 0.5, "level": "positive", "method": "linear"])
            #expect(body["items"]?[0]?["title"] == "Up <b>" && body["items"]?[0]?["symbols"] == ["BTC"])
            #expect(try await ask(.get, "/api/news").status == 200)
            for query in ["symbol=B!", "symbol=", "limit=0", "limit=501", "before=x", "page=2", "source="] {
                #expect(try await ask(.get, "/api/news?\(query)").status == 422, "\(query)")
            }
        }
        #expect(
            wishes.all == [
                NewsRoutes.Wish(symbol: "BTC", source: "example", before: Self.id, limit: 5),
                NewsRoutes.Wish(limit: 50),
            ]
        )
    }

    @Test func `the mood has both parts with source and age, or says why not`() async throws {
        let freshness = Freshness(
            source: "alternative",
            asOf: Self.time,
            isCached: true,
            age: .seconds(30),
            isStale: true
        )
        let table = try Self.table(mood: { () async throws(APIError) in
            MoodAnswer(
                fearGreed: Fresh(.init(value: 47, label: "Neutral"), freshness),
                fearGreedReason: "timed out",
                news: Fresh(.init(score: -0.25, level: .negative, count: 4, hours: 24), freshness)
            )
        })
        try await TestListener.serving(table) { ask in
            let body = try JSONValue(parsing: try await ask(.get, "/api/sentiment").body)
            #expect(body["fear_greed"]?["value"] == 47 && body["fear_greed"]?["stale"] == true)
            #expect(body["fear_greed"]?["source"] == "alternative" && body["fear_greed"]?["cache_age"] == 30)
            #expect(body["fear_greed_reason"] == "timed out")
            #expect(body["news"]?["level"] == "negative" && body["news"]?["count"] == 4)
        }
        try await TestListener.serving(try Self.table()) { ask in
            let answer = try await ask(.get, "/api/sentiment")
            #expect(answer.status == 503)
        }
    }

    private static func post(
        _ ask: TestListener.Ask,
        _ path: String,
        _ body: String,
        _ headers: HTTPHeaders = viewer
    ) async throws -> HTTPResponse {
        var headers = headers
        headers["content-type"] = "application/json"
        return try await ask(.post, "/api/sentiment/\(path)", headers, body)
    }

    @Test func `whoever has logged in has a text judged`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            let text = #"{"text":"Bitcoin falls."}"#
            let simple = try JSONValue(parsing: try await Self.post(ask, "analyze", text).body)
            #expect(
                simple == [
                    "score": -0.5, "level": "negative", "confidence": 0.625, "method": "linear",
                    "passed_over": [["provider": "tei", "reason": "tei: status 500"]],
                ]
            )
            let market = try JSONValue(parsing: try await Self.post(ask, "crypto-analysis", text).body)
            #expect(
                market == [
                    "label": "bearish", "scores": ["bullish": 0.125, "bearish": 0.625, "neutral": 0.25],
                    "score": -0.5, "confidence": 0.625, "method": "linear",
                    "passed_over": [["provider": "tei", "reason": "tei: status 500"]],
                ]
            )
            let long = String(repeating: "a", count: 20_001)
            for path in ["analyze", "crypto-analysis"] {
                let stranger = try await Self.post(ask, path, text, [:])
                #expect(stranger.status == 401)
                for body in [#"{"text":""}"#, "{}", #"{"text":"x","model":"y"}"#, "{\"text\":\"\(long)\"}"] {
                    let answer = try await Self.post(ask, path, body)
                    #expect(answer.status == 422, "\(body.prefix(40))")
                }
            }
        }
    }
}
