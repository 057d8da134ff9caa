import Bus
import Domain
import HTTPClient
import JSON
import Logging
import Store
import Telemetry
import TestKit
import Testing

@testable import API

/// What admins read: logs, the audit trail, what is wrong; and who may ask from another origin.
@Suite(.timeLimit(.minutes(1))) struct OperationsTests {
    private let admin: HTTPHeaders = ["authorization": "Bearer admin"]

    /// An audit log in memory.
    private struct Trail: ActivityLog {
        func record(_ activity: Activity) {}

        func activities(before id: Int64?, limit: Int) -> [RecordedActivity] {
            (1...5).reversed().map(Int64.init).filter { $0 < id ?? .max }.prefix(limit).map { id in
                RecordedActivity(
                    id: id,
                    activity: Activity(
                        time: Timestamp(seconds: id),
                        caller: "somebody",
                        role: "admin",
                        action: "act \(id)",
                        outcome: "done"
                    )
                )
            }
        }
    }

    @Test func `the log is read page by page, filtered, and without secrets`() async throws {
        let redactor = Redactor()
        #expect(redactor.register(secret: "hunter2hunter2"))
        let pipeline = try LogPipeline(sink: NowhereSink(), redactor: redactor)
        for (level, text, id) in [
            (Logger.Level.info, "one", "a"), (.warning, "two hunter2hunter2", "b"), (.debug, "three", "b"),
            (.error, "four", "a"),
        ] {
            let fields = [LogField(LogKey.requestID, id)]
            pipeline.append(LogRecord(time: .now(), level: level, label: "http", message: text, fields: fields))
        }
        #expect(pipeline.flush(within: .seconds(10)))
        try await TestListener.serving(RouteTable(LogRoutes(recent: pipeline.recent).all())) { ask in
            func messages(_ query: String) async throws -> [String] {
                let answer = try JSONValue(parsing: await ask(.get, "/api/logs\(query)", admin).body)
                return answer["entries"]?.array?.compactMap { $0["message"]?.string } ?? []
            }
            let all = try await messages("")
            #expect(all == ["four", "two [redacted]", "one"])
            let bad = try await messages("?level=warning")
            #expect(bad == ["four", "two [redacted]"])
            let mine = try await messages("?request_id=a&limit=1")
            #expect(mine == ["four"])
            let older = try await messages("?before=3")
            #expect(older == ["two [redacted]", "one"])
            let wrong = try await ask(.get, "/api/logs?limit=501", admin)
            #expect(wrong.status == 422)
            let stranger = try await ask(.get, "/api/logs", ["authorization": "Bearer operator"])
            #expect(stranger.status == 403)
            let gone = try await ask(.delete, "/api/logs", admin)
            #expect(gone.status == 405)
            let file = try await ask(.get, "/api/logs/export", admin)
            let lines = String(decoding: file.body, as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 3 && lines[0].contains("\"one\"") && !lines[1].contains("hunter2"))
            #expect(file.headers["content-disposition"]?.contains("attachment") == true)
        }
        pipeline.close(within: .seconds(10))
    }

    @Test func `the audit trail is read page by page`() async throws {
        try await TestListener.serving(RouteTable(AuditRoutes(log: Trail()).all())) { ask in
            let first = try JSONValue(parsing: await ask(.get, "/api/audit?limit=2", admin).body)
            #expect(first["entries"]?.array?.compactMap { $0["id"]?.int } == [5, 4])
            #expect(first["next"]?.int == 4)
            let last = try JSONValue(parsing: await ask(.get, "/api/audit?before=2", admin).body)
            #expect(last["entries"]?.array?.count == 1 && last["next"] == nil)
            let stranger = try await ask(.get, "/api/audit", [:])
            #expect(stranger.status == 401)
        }
    }

    @Test func `a look at the station is kept, and mends only when asked to`() async throws {
        let asked = Asked()
        let routes = DiagnosticsRoutes(
            run: { fixes in
                await asked.note(fixes)
                let issue = DiagnosticsAnswer.Issue(.warning, "jobs", "t", "d", fix: .requeueJobs)
                return DiagnosticsAnswer(time: .init(seconds: 1), issues: [issue], systemInfo: [:], took: .zero)
            },
            last: { nil }
        )
        try await TestListener.serving(RouteTable(routes.all())) { ask in
            let none = try await ask(.get, "/api/diagnostics/last", admin)
            #expect(none.status == 404)
            let found = try JSONValue(parsing: await ask(.post, "/api/diagnostics/run", admin).body)
            #expect(found["warnings"]?.int == 1 && found["issues"]?[0]?["fix_action"]?.string == "requeue_jobs")
            _ = try await ask(.post, "/api/diagnostics/run?auto_fix=true", admin)
            let wishes = await asked.wishes
            #expect(wishes == [false, true])
        }
    }

    private actor Asked {
        private(set) var wishes: [Bool] = []
        func note(_ fixes: Bool) { wishes.append(fixes) }
    }

    @Test func `pages of listed origins may read, others not`() async throws {
        var manners = HTTPListener.Manners()
        manners.origins = ["https://one.example"]
        manners.isSecureOnly = true
        let table = try RouteTable(AuditRoutes(log: Trail()).all())
        try await TestListener.serving(table, manners: manners) { ask in
            func answer(_ method: HTTPMethod, _ origin: String, asking: String? = nil) async throws -> HTTPResponse {
                var headers: HTTPHeaders = ["origin": origin]
                headers["access-control-request-method"] = asking
                return try await ask(method, "/api/audit", headers)
            }
            let before = try await answer("OPTIONS", "https://one.example", asking: "GET")
            #expect(before.status == 204 && before.headers["access-control-allow-methods"] == "GET, HEAD")
            #expect(before.headers["access-control-allow-origin"] == "https://one.example")
            #expect(before.headers["access-control-allow-credentials"] == nil)
            let listed = try await answer(.get, "https://one.example")
            #expect(listed.status == 401 && listed.headers["access-control-allow-origin"] == "https://one.example")
            #expect(listed.headers["strict-transport-security"]?.hasPrefix("max-age=") == true)
            let other = try await answer(.get, "https://two.example")
            #expect(other.headers["access-control-allow-origin"] == nil && other.headers["vary"] == "Origin")
            let refused = try await answer("OPTIONS", "https://two.example", asking: "GET")
            #expect(refused.status == 405)
        }
    }
}

/// Takes records and writes them nowhere.
private struct NowhereSink: LogSink {
    func write(_ records: [LogRecord]) -> Int { 0 }
}
