import Bus
import Domain
import Identity
import JSON
import Jobs
import Store
import Telemetry
import TestKit
import Testing
import Threading

@testable import Actors
@testable import Daemon

@Suite struct AlertHooksTests {
    private static let now = Timestamp(seconds: 1_790_000_000)

    private func news(_ severity: AlertSeverity = .critical) -> AlertNews {
        var book = AlertBook()
        var thresholds = AlertThresholds()
        thresholds.queueDepthWarning = severity == .warning ? 100 : 0
        thresholds.queueDepthCritical = severity == .critical ? 500 : 0
        let found = book.note(
            [.queueDepth: .value(612, of: "queue media")],
            under: thresholds.rules,
            settings: AlertBook.Settings(),
            at: Self.now
        ) {
            UUIDv7(milliseconds: 1_790_000_000_000, counter: 1, random: 2)
        }
        return found[0]
    }

    private func hooks(_ urls: [String], metrics: MetricsRegistry = MetricsRegistry()) throws -> AlertHooks {
        let fixture = try ConfigFixture()
        try fixture.write("credentials/alert-hook", "a secret that is long enough")
        let list = urls.map { "\"\($0)\"" }.joined(separator: ", ")
        let report = try fixture.load("[alerts]\nhooks = [\(list)]\nhook_secret = \"cred:alert-hook\"")
        #expect(report.problems.map(\.description) == [])
        return try AlertHooks(
            try #require(report.usable),
            environment: [:],
            redactor: Redactor(),
            metrics: metrics,
            now: { Self.now }
        )
    }

    private var message: AlertMessage { AlertMessage(news(), station: "CryptoCall FM", host: "station-1") }

    /// Runs the job that a request describes, as a runner would.
    private func work(_ request: JobRequest, _ hooks: AlertHooks, attempt: Int = 1) async throws {
        let folder = try TemporaryFolder()
        let store = try await SQLiteStore.open(
            SQLiteConfig(path: folder.path("store.db")),
            bus: EventBus(types: EventCatalogue.all)
        )
        let queue = JobQueue(store: store)
        try await queue.enqueue(request)
        let worker = UUIDv7(high: 1, low: 2)
        let jobs = try await queue.claim(SendAlert.queue, limit: 1, lease: .seconds(60), worker: worker)
        await store.close()
        let job = try #require(jobs.first)
        _ = try await hooks.handler.run(job.payload, JobContext(job))
    }

    @Test func `a hook gets the alert as JSON, signed over the time and the body`() async throws {
        let server = try LoopbackHTTPServer { _ in .status(204) }
        let hooks = try hooks([server.url("/hook/one")])
        let requests = hooks.requests(message)
        #expect(requests.count == 1 && requests.allSatisfy { !$0.payload.contains(server.authority) })
        try await work(requests[0], hooks)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.path == "/hook/one")
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("X-Delivery")?.isEmpty == false)
        let body = try JSONValue(parsing: request.body).object ?? [:]
        #expect(body["event"] == "raised" && body["rule"] == "queue-depth-critical" && body["severity"] == "critical")
        #expect(body["value"]?.double == 612 && body["threshold"]?.double == 500 && body["host"] == "station-1")
        #expect(body["text"] == "[critical] CryptoCall FM: A queue has grown very long. (queue media)")
        #expect(request.header("X-Timestamp") == "1790000000")
        let code = MessageCode.sha256(
            of: Array("1790000000.".utf8) + request.body,
            secret: Array("a secret that is long enough".utf8)
        )
        let digits = try #require(code).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        #expect(request.header("X-Signature") == "sha256=\(digits)")
    }

    @Test(arguments: [200, 204, 400, 401, 404, 408, 410, 429, 500, 503, 302])
    func `what a hook answers says whether it is worth another try`(status: Int) async throws {
        let server = try LoopbackHTTPServer { _ in
            status == 302 ? .redirect(to: "http://127.0.0.1:1/elsewhere") : .status(status)
        }
        let metrics = MetricsRegistry()
        let hooks = try hooks([server.url()], metrics: metrics)
        let kind: JobError.Kind?
        do {
            try await work(hooks.requests(message)[0], hooks)
            kind = nil
        } catch let error as JobError {
            kind = error.kind
        }
        switch status {
        case 200, 204: #expect(kind == nil)
        case 408, 429, 500, 503: #expect(kind == .transient)
        default: #expect(kind == .permanent)
        }
        #expect(server.requests.count == 1)
        let outcome = kind == nil ? "sent" : kind == .transient ? "failed" : "refused"
        let text = String(decoding: metrics.renderPrometheus(), as: UTF8.self)
        #expect(text.contains("cryptocall_alerts_notices_total{outcome=\"\(outcome)\"} 1"))
    }

    @Test func `a hook that is away is tried again, and one that left the settings is not`() async throws {
        let server = try LoopbackHTTPServer { _ in .status(204) }
        let (first, other) = (try hooks([server.url("/first")]), try hooks([server.url("/other")]))
        let request = first.requests(message)[0]
        await #expect(throws: JobError(.permanent, "the settings do not name this hook any more")) {
            try await work(request, other)
        }
        #expect(server.requests.isEmpty)
        server.stop()
        let away = try hooks(["http://127.0.0.1:1/"])
        let failure = await #expect(throws: JobError.self) { try await work(away.requests(message)[0], away) }
        #expect(failure?.kind == .transient)
        #expect(failure?.message.contains("/first") == false)
    }

    @Test func `without a database every hook is told once`() async throws {
        let server = try LoopbackHTTPServer { request in .status(request.path == "/broken" ? 500 : 204) }
        let hooks = try hooks([server.url("/well"), server.url("/broken")])
        await hooks.sendAtOnce(message)
        #expect(server.requests.map(\.path).sorted() == ["/broken", "/well"])
        #expect(Set(server.requests.compactMap { $0.header("X-Delivery") }) == ["\(message.alert)/raised"])
    }

    @Test func `wrong hooks are refused with their place`() throws {
        let report = try ConfigFixture().load(
            """
            [alerts]
            hooks = ["https://hooks.example.com/a", "http://hooks.example.com/", "http://127.0.0.1:9/x",
                "https://me:secret@example.com/", "ftp://example.com", "https://hooks.example.com/a"]
            error_percent_critical = 101
            """
        )
        #expect(
            report.errors.map(\.path.description) == [
                "alerts.hooks[1]", "alerts.hooks[3]", "alerts.hooks[4]", "alerts.hooks[5]",
                "alerts.error_percent_critical",
            ]
        )
        let unsigned = try ConfigFixture().load("alerts.hooks = [\"https://hooks.example.com/a\"]")
        #expect(unsigned.usable != nil && unsigned.problems.map(\.severity) == [.warning])
    }
}

@Suite struct AlertGaugesTests {
    @Test func `a share of errors needs enough answers, and none is none`() {
        #expect(AlertGauges.errors(0, of: 0, answersMin: 20) == .value(0))
        #expect(AlertGauges.errors(0, of: 3, answersMin: 20) == .value(0))
        #expect(AlertGauges.errors(1, of: 20, answersMin: 20) == .value(5))
        guard case .missing = AlertGauges.errors(1, of: 19, answersMin: 20) else {
            Issue.record("one of nineteen is no share")
            return
        }
    }

    @Test func `the thresholds of the settings are those of the program unless they are changed`() {
        #expect(AlertThresholds(AlertsConfig()) == AlertThresholds())
        #expect(AlertThresholds().rules.count == 13)
    }

    @Test func `nothing waits where there is no queue`() {
        #expect(AlertGauges.depth([]) == .value(0))
    }
}
