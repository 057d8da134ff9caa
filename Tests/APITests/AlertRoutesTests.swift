import Bus
import HTTPClient
import JSON
import Testing

@testable import API

@Suite(.timeLimit(.minutes(1))) struct AlertRoutesTests {
    @Test func `operators see what is open, what was resolved, and which rules are silent`() async throws {
        let raisedAt = Timestamp(seconds: 1_790_000_000)
        func alert(_ rule: String, resolvedAt: Timestamp? = nil) -> AlertsAnswer.Alert {
            AlertsAnswer.Alert(
                id: UUIDv7(high: 1, low: 2),
                rule: rule,
                severity: "critical",
                summary: "It is.",
                detail: nil,
                value: 612,
                latest: 12,
                threshold: 500,
                raisedAt: raisedAt,
                resolvedAt: resolvedAt
            )
        }
        let answer = AlertsAnswer(
            open: [alert("errors-critical")],
            resolved: [alert("queue-depth-critical", resolvedAt: raisedAt)],
            silent: [AlertsAnswer.Silent(rule: "off-air-critical", reason: "there is no output yet")]
        )
        let table = try RouteTable(AlertRoutes(current: { answer }).all())
        try await TestListener.serving(table) { ask in
            let seen = try await ask(.get, "/api/alerts", ["authorization": "Bearer operator/read"])
            let body = try JSONValue(parsing: seen.body)
            #expect(seen.status == 200)
            #expect(body["open"]?.array?.first?["rule"] == "errors-critical")
            #expect(body["open"]?.array?.first?["raised_at"]?.string == raisedAt.description)
            #expect(body["resolved"]?.array?.first?["resolved_at"]?.string == raisedAt.description)
            #expect(body["silent"]?.array?.first?["reason"] == "there is no output yet")
            #expect(try await ask(.get, "/api/alerts", ["authorization": "Bearer client/read"]).status == 403)
            #expect(try await ask(.get, "/api/alerts").status == 401)
        }
    }
}
