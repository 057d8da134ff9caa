import Bus
import HTTPClient
import JSON
import Testing
import Threading

@testable import API

/// The routes for monitoring, asked over a real connection.
@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
    private struct Broken: Error {}

    private let status = Box(HealthAnswer.Status.ok)
    private let answered = Box<[String]>([])

    /// What a closure and a test share.
    private final class Box<Value: Sendable>: Sendable {
        private let content: Mutex<Value>
        init(_ value: Value) { content = Mutex(value) }
        var value: Value { content.withLock { $0 } }
        func change(_ body: @Sendable (inout Value) -> Void) { content.withLock { body(&$0) } }
    }

    private func routes() throws -> [Route] {
        let health = HealthRoutes(
            report: { [status] in
                HealthReport(
                    status: status.value,
                    reasons: ["because"],
                    checkedAt: Timestamp(seconds: 7),
                    uptimeSeconds: 1.5,
                    version: "1.2.3",
                    services: [.init(name: "database", status: .ok, latency: .milliseconds(2), reason: nil)],
                    queues: [.init(name: "media", waiting: 3, running: 1)]
                )
            },
            traffic: TrafficMeter(),
            connections: { 4 }
        )
        let monitoring = MonitoringRoutes(
            metrics: { "# metrics\n" },
            status: {
                StatusAnswer(
                    running: true,
                    queue: 3,
                    config: .init(voiceMode: "off", gpuRemote: false, mockTwilio: false)
                )
            },
            usage: { () async throws(APIError) in throw APIError(.unavailable, "not here") },
            version: "1.2.3"
        )
        let broken = try Route.get(
            "/broken/{part}",
            access: .anyone,
            summary: "Fails",
            group: "Tests",
            query: NoQuery.self,
            answers: [200: "never"]
        ) { (_, call) throws(APIError) -> Route.Reply<VersionAnswer> in
            throw APIError(.unavailable, "\(call.parameters["part"] ?? "?") is away")
        }
        return try health.all() + monitoring.all() + [broken]
    }

    /// Asks a listener of its own.
    private func withListener(
        _ body: (_ ask: (String, HTTPMethod, HTTPHeaders) async throws -> HTTPResponse) async throws -> Void
    ) async throws {
        let table = try RouteTable.documented(routes(), release: "1.2.3")
        let note: @Sendable (String, Int, Duration) -> Void = { [answered] route, status, _ in
            answered.change { $0.append("\(route) \(status)") }
        }
        try await TestListener.serving(table, onAnswer: note) { ask in
            try await body { path, method, headers in try await ask(method, path, headers) }
        }
    }

    private func json(_ response: HTTPResponse) throws -> JSONValue { try JSONValue(parsing: response.body) }

    @Test func `health has one answer and several faces`() async throws {
        try await withListener { ask in
            for (now, codes) in [
                (HealthAnswer.Status.starting, ["/health": 200, "/api/health/live": 200, "/api/health/ready": 503]),
                (.ok, ["/health": 200, "/api/health/live": 200, "/api/health/ready": 200, "/health?strict=true": 200]),
                (.degraded, ["/health": 200, "/api/health/ready": 200, "/health?strict=true": 503]),
                (.failing, ["/health": 503, "/api/health/live": 503, "/api/health/ready": 503]),
            ] {
                status.change { $0 = now }
                for (path, code) in codes {
                    let response = try await ask(path, .get, [:])
                    #expect(response.status == code, "\(path) when \(now)")
                    let answer = try json(response)
                    #expect(answer["status"]?.string == now.rawValue)
                    #expect(answer["uptime_seconds"]?.double == 1.5 && answer["reasons"]?[0]?.string == "because")
                }
            }
        }
    }

    @Test func `orchestrators get every part and every queue in their own words`() async throws {
        try await withListener { ask in
            for (now, word, code) in [
                (HealthAnswer.Status.starting, "degraded", 200), (.ok, "healthy", 200), (.degraded, "degraded", 200),
                (.failing, "unhealthy", 503),
            ] {
                status.change { $0 = now }
                let response = try await ask("/healthz", .get, [:])
                let answer = try json(response)
                #expect(response.status == code && answer["status"]?.string == word)
                #expect(answer["services"]?["database"]?["latency_ms"]?.double == 2)
                #expect(answer["queues"]?["media"]?["depth"]?.int == 3)
                #expect(answer["timestamp"]?.string == "1970-01-01T00:00:07.000000Z")
            }
            let strict = try await ask("/healthz?strict=1", .get, [:])
            #expect(strict.status == 503)
            status.change { $0 = .ok }
            let overview = try json(await ask("/api/health", .get, [:]))
            #expect(overview["active_connections"]?.int == 4 && overview["status"]?.string == "healthy")
        }
    }

    @Test func `every answer has an id and careful headers`() async throws {
        try await withListener { ask in
            let own = try await ask("/version", .get, ["x-request-id": "mine-1"])
            #expect(own.headers["x-request-id"] == "mine-1")
            #expect(own.headers["x-content-type-options"] == "nosniff")
            #expect(own.headers["content-security-policy"]?.contains("default-src 'none'") == true)
            let replaced = try await ask("/version", .get, ["x-request-id": "no good"])
            let id = try #require(replaced.headers["x-request-id"])
            #expect(AnswerHeaders.fitting(id) == id)
            #expect(try await ask("/version", .get, [:]).headers["x-request-id"] != id)
        }
    }

    @Test func `whatever goes wrong has the one error body`() async throws {
        try await withListener { ask in
            let cases: [(path: String, method: HTTPMethod, status: Int, code: String)] = [
                ("/nothing", .get, 404, "not_found"), ("/version", .post, 405, "method_not_allowed"),
                ("/health?strict=perhaps", .get, 422, "invalid_input"), ("/version?x=1", .get, 422, "invalid_input"),
                ("/health?strict=%", .get, 400, "bad_request"), ("/broken/pipe", .get, 503, "unavailable"),
            ]
            for (path, method, status, code) in cases {
                let response = try await ask(path, method, ["x-request-id": "r-7"])
                #expect(response.status == status, "\(path)")
                let body = try json(response)
                #expect(body["error"]?.string == code && body["request_id"]?.string == "r-7", "\(path)")
                #expect(body["message"]?.string?.isEmpty == false)
                #expect((code == "invalid_input") == (body["details"]?[0]?["field"]?.string != nil))
            }
            #expect(try await ask("/version", .post, [:]).headers["allow"] == "GET, HEAD")
            #expect(try json(await ask("/broken/pipe", .get, [:]))["message"]?.string == "pipe is away")
        }
        #expect(answered.value.contains("/broken/{part} 503"))
        #expect(answered.value.contains { $0.hasSuffix(" 404") })
    }

    @Test func `the interface describes itself, and nothing is missing`() async throws {
        try await withListener { ask in
            let response = try await ask("/openapi.json", .get, [:])
            #expect(response.headers["content-type"] == "application/json")
            let document = try json(response)
            #expect(document["openapi"]?.string == "3.1.0")
            let paths = try #require(document["paths"]?.object)
            #expect(Set(paths.keys) == Set(try routes().map(\.path) + ["/openapi.json"]))
            let ready = try #require(paths["/api/health/ready"]?["get"])
            #expect(ready["parameters"]?[0]?["name"]?.string == "strict")
            let schema = ready["responses"]?["503"]?["content"]?["application/json"]?["schema"]
            #expect(schema?["properties"]?["status"]?["enum"]?.array?.count == 4)
            #expect(paths["/broken/{part}"]?["get"]?["parameters"]?[0]?["in"]?.string == "path")
        }
    }
}
