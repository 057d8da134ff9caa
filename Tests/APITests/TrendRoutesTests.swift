import Bus
import Domain
import HTTPClient
import JSON
import Testing
import Threading

@testable import API

@Suite(.timeLimit(.minutes(1))) struct TrendRoutesTests {
    private static let viewer: HTTPHeaders = ["authorization": "Bearer viewer/read"]

    private static func found(age: Duration) throws -> TrendsAnswer.Found {
        TrendsAnswer.Found(
            entries: [
                TrendsAnswer.Entry(
                    symbol: "BTC",
                    sentiment: .bullish,
                    changePercent: try #require(ExactDecimal("-1.25")),
                    snippet: "up <b> & \"down\"",
                    link: "https://x.com/a/status/1"
                )
            ],
            source: "xai/grok",
            asOf: Timestamp(seconds: 1_790_000_000),
            age: age,
            dropped: 2
        )
    }

    private static func answer(
        _ status: TrendsAnswer.Status = .ok,
        reason: String? = nil,
        nextSearchAt: Timestamp? = nil,
        found: TrendsAnswer.Found? = nil
    ) -> TrendsAnswer {
        TrendsAnswer(
            status: status,
            reason: reason,
            nextSearchAt: nextSearchAt,
            isSearching: false,
            found: found,
            staleAfter: .seconds(600)
        )
    }

    private static func table(
        _ answer: TrendsAnswer,
        _ refresh: @escaping @Sendable () throws(APIError) -> Void = {}
    ) throws -> RouteTable {
        let routes = TrendRoutes(
            current: { answer },
            refresh: { () throws(APIError) in
                try refresh()
                return answer
            }
        )
        return try RouteTable(routes.all())
    }

    @Test func `whoever has an account sees the list and its age`() async throws {
        let table = try Self.table(Self.answer(found: try Self.found(age: .milliseconds(12_500))))
        try await TestListener.serving(table) { ask in
            let seen = try await ask(.get, "/trends/current", Self.viewer)
            let body = try JSONValue(parsing: seen.body)
            #expect(seen.status == 200 && body["status"] == "ok" && body["age_seconds"] == 12.5)
            #expect(body["as_of"]?.string == Timestamp(seconds: 1_790_000_000).description)
            #expect(body["on_air"] == true && body["dropped"] == 2 && body["source"] == "xai/grok")
            #expect(
                body["trends"] == [
                    [
                        "symbol": "BTC", "sentiment": "bullish", "change_percent": "-1.25",
                        "snippet": "up <b> & \"down\"", "link": "https://x.com/a/status/1",
                    ]
                ]
            )
            #expect(try await ask(.get, "/trends/current").status == 401)
            #expect(try await ask(.get, "/trends/current?limit=1", Self.viewer).status == 422)
        }
    }

    @Test func `a list that is too old is not for the air, and none is none`() async throws {
        let old = try Self.table(Self.answer(.failing, reason: "timed_out", found: try Self.found(age: .seconds(601))))
        try await TestListener.serving(old) { ask in
            let body = try JSONValue(parsing: try await ask(.get, "/trends/current", Self.viewer).body)
            #expect(body["status"] == "failing" && body["reason"] == "timed_out" && body["on_air"] == false)
            #expect(body["trends"]?.array?.count == 1)
        }
        let none = try Self.table(Self.answer(.unavailable, reason: "grok: llm.providers.xai.key is not set"))
        try await TestListener.serving(none) { ask in
            let body = try JSONValue(parsing: try await ask(.get, "/trends/current", Self.viewer).body)
            #expect(body["status"] == "unavailable" && body["trends"] == [] && body["on_air"] == false)
            #expect(body["reason"] == "grok: llm.providers.xai.key is not set")
            #expect(body["age_seconds"] == nil && body["as_of"] == nil)
        }
    }

    @Test func `operators have X searched at once, and nobody else`() async throws {
        let wishes = Atomic<Int>(0)
        let table = try Self.table(Self.answer()) { wishes.add(1, ordering: .relaxed) }
        try await TestListener.serving(table) { ask in
            for (who, status) in [
                ("viewer/control", 403), ("client/control", 403), ("operator/read", 403), ("operator/control", 202),
                ("admin/control", 202),
            ] {
                let answer = try await ask(.post, "/trends/refresh", ["authorization": "Bearer \(who)"])
                #expect(answer.status == status, "\(who)")
            }
            #expect(try await ask(.post, "/trends/refresh").status == 401)
            #expect(try await ask(.get, "/trends/refresh", ["authorization": "Bearer operator/control"]).status == 405)
        }
        #expect(wishes.load(ordering: .relaxed) == 2)
    }

    @Test func `where nobody can be asked it says why and when again`() async throws {
        let table = try Self.table(Self.answer(.paused)) { () throws(APIError) in
            var error = APIError(.unavailable, "X cannot be searched now: the money is spent.")
            error.retryAfterSeconds = 77
            throw error
        }
        try await TestListener.serving(table) { ask in
            let answer = try await ask(.post, "/trends/refresh", ["authorization": "Bearer operator/control"])
            let body = try JSONValue(parsing: answer.body)
            #expect(answer.status == 503 && body["error"] == "unavailable" && body["retry_after"] == 77)
        }
    }
}
