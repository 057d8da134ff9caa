import Bus
import Domain
import HTTPClient
import Identity
import JSON
import Store
import Telemetry
import Testing
import Threading

@testable import API

/// What those who run the station see and do.
@Suite(.timeLimit(.minutes(1))) struct OperationsPageTests {
    /// Control methods that answer with fixed data and remember who asked for what.
    private final class Methods: Sendable {
        private let calls = Mutex<[String]>([])
        private let answers: [String: JSONValue]

        init(_ answers: [String: JSONValue]) { self.answers = answers }

        var all: [String] { calls.withLock { $0 } }

        var door: ControlDoor {
            ControlDoor(methods: []) { (person, method, parameters) async throws(APIError) in
                self.calls.withLock { $0.append("\(person.email) \(method) \(JSONValue.object(parameters))") }
                guard let answer = self.answers[method] else { throw APIError(.unavailable, "\(method) is away.") }
                return answer.bytes
            }
        }
    }

    private let hostile = JSONValue.string(ConsoleSample.hostile)

    private var answers: [String: JSONValue] {
        let actor: JSONValue = [
            "id": "market-data", "kind": "worker", "state": "running", "uptimeSeconds": 61.5,
            "restarts": ["window": 1, "total": 3], "lastExit": hostile, "children": [],
        ]
        let jobs: JSONValue = [
            "id": "j-1", "kind": hostile, "queue": "media", "state": "discarded", "attempt": 3, "attemptMax": 3,
            "error": hostile, "finishedAt": .string(ConsoleSample.now.description),
        ]
        let queue: JSONValue = [
            "queue": "media", "scheduled": 1, "available": 2, "running": 4, "retryable": 5, "discarded": 6, "slots": 8,
            "pausedAt": .string(ConsoleSample.now.description), "pausedBy": hostile,
        ]
        let schedule: JSONValue = [
            "name": "nightly", "cron": "0 3 * * *", "kind": "backup",
            "nextAt": .string(ConsoleSample.now.advanced(by: .seconds(7200)).description),
        ]
        let run: JSONValue = [
            "schedule": "nightly", "fireAt": .string(ConsoleSample.now.description), "state": "completed",
        ]
        return [
            "system.tree": ["id": "station", "children": [["id": "jobs", "kind": "supervisor", "children": [actor]]]],
            "jobs.list": ["jobs": [jobs]], "queues.list": ["queues": [queue]],
            "schedules.list": ["schedules": [schedule]], "schedules.runs": ["runs": [run]],
            "alerts.list": [
                "open": [
                    [
                        "summary": "The disk is nearly full", "detail": hostile, "severity": "critical",
                        "raisedAt": .string(ConsoleSample.now.advanced(by: .seconds(-300)).description),
                    ]
                ],
                "silent": [["rule": "latency", "reason": "no provider has been asked yet"]],
            ],
            "air.mute": ["muted": true], "jobs.retry": ["id": "j-1", "state": "available", "payload": [:]],
        ]
    }

    private func serving(
        _ methods: Methods,
        sample: ConsoleSample = ConsoleSample(),
        _ body: (Browser) async throws -> Void
    ) async throws {
        let operations = ConsoleOperations(door: methods.door, logs: RecentLogs(), audit: Trail())
        try await sample.serving(operations: operations) { ask in try await body(Browser(ask: ask, cookie: "operator"))
        }
    }

    /// An audit log of one line.
    private struct Trail: ActivityLog {
        func record(_ activity: Activity) {}

        func activities(before id: Int64?, limit: Int) -> [RecordedActivity] {
            let activity = Activity(
                time: ConsoleSample.now,
                caller: ConsoleSample.hostile,
                role: "admin",
                action: "air.mute",
                outcome: "done"
            )
            return [RecordedActivity(id: 1, activity: activity)]
        }
    }

    @Test func `the page shows every part, with hostile texts as text`() async throws {
        var sample = ConsoleSample()
        sample.status = .degraded
        sample.reasons = ["market: \(ConsoleSample.hostile)"]
        try await serving(Methods(answers), sample: sample) { browser in
            let page = try await browser.get("/operations").text
            #expect(page.contains("market: &lt;script&gt;"))
            #expect(page.contains("↳ market-data") && page.contains("3, 1 lately"))
            #expect(page.contains("Actors that are not up") && page.contains("All 2"))
            #expect(page.contains("The disk is nearly full: &lt;script&gt;") && page.contains("critical</span>"))
            #expect(page.contains("1 of the rules cannot be measured") && page.contains("no provider has been asked"))
            #expect(page.contains("4 of 8") && page.contains("paused"))
            #expect(page.contains("failed, 3 of 3") && page.contains("in 2 h"))
            #expect(page.contains("completed"))
            #expect(!page.contains("alert(\"x\")") && !page.contains("<img"))
            #expect(page.components("<h1>") == 1)
        }
    }

    @Test func `what does not answer is told in its place, and the rest still stands`() async throws {
        try await serving(Methods(answers.filter { $0.key == "system.tree" })) { browser in
            let page = try await browser.get("/operations")
            #expect(page.status == 200)
            #expect(page.text.contains("This cannot be shown now: queues.list is away."))
            #expect(page.text.contains("↳ market-data"))
        }
    }

    @Test func `an action goes to its control method, as the one who asks`() async throws {
        let methods = Methods(answers)
        try await serving(methods) { browser in
            let done = try await browser.post("/operations/actions/mute", ["reason": "feedback loop"])
            #expect(done.status == 200 && done.text.contains("The output is stopped."))
            #expect(done.text.contains("feedback loop") && done.text.contains("<dt>muted</dt><dd>true</dd>"))
            #expect(try await browser.post("/operations/actions/retry-job", ["id": "j-1"]).status == 200)
            #expect(try await browser.post("/operations/actions/retry-job", [:]).status == 422)
            let mixed = ["id": "j-1", "queue": "media"]
            #expect(try await browser.post("/operations/actions/retry-job", mixed).status == 422)
            #expect(try await browser.post("/operations/actions/system.shutdown", [:]).status == 404)
            let away = try await browser.post("/operations/actions/pause-queue", ["queue": "media"])
            #expect(away.status == 503 && away.text.contains("queues.pause is away."))
            #expect(away.text.contains("<a href=\"/operations\">Back"))
            #expect(
                methods.all == [
                    #"operator@example.org air.mute {"reason":"feedback loop"}"#,
                    #"operator@example.org jobs.retry {"id":"j-1"}"#,
                    #"operator@example.org queues.pause {"queue":"media"}"#,
                ]
            )
        }
    }

    @Test func `nothing is done without the session's token, from another site, or by too low a role`() async throws {
        let methods = Methods(answers)
        try await serving(methods) { operatorsBrowser in
            let path = "/operations/actions/mute"
            #expect(try await operatorsBrowser.post(path, [:], token: "x").status == 403)
            #expect(try await operatorsBrowser.post(path, [:], origin: "https://elsewhere.example").status == 403)
            let client = Browser(ask: operatorsBrowser.ask, cookie: "client")
            let refused = try await client.post(path, [:])
            #expect(refused.status == 403 && refused.text.contains("This needs the role operator."))
            let page = try await client.get("/operations")
            #expect(page.status == 403 && page.text.contains("<h1>Not allowed</h1>"))
            #expect(page.text.contains("Log in as somebody else") && page.text.contains("Log out"))
            // A token in a header is sent by nobody unasked, and needs no other.
            let headers: HTTPHeaders = [
                "authorization": "Bearer operator/control", "content-type": "application/x-www-form-urlencoded",
            ]
            let ask = client.ask
            let done = try await ask(.post, path, headers, "reason=x")
            #expect(done.status == 200)
            #expect(methods.all == [#"operator@example.org air.mute {"reason":"x"}"#])
        }
    }

    @Test func `audit and logs are for admins`() async throws {
        try await serving(Methods(answers)) { browser in
            for path in ["/operations/audit", "/operations/logs"] {
                #expect(try await browser.get(path).status == 403)
            }
            let admin = Browser(ask: browser.ask, cookie: "admin")
            let audit = try await admin.get("/operations/audit?before=x")
            #expect(audit.status == 200 && audit.text.contains("air.mute"))
            #expect(!audit.text.contains("alert(\"x\")"))
            let logs = try await admin.get("/operations/logs?level=warning&logger=%22%3E%3Cb%3E")
            #expect(logs.status == 200 && logs.text.contains("value=\"&quot;&gt;&lt;b&gt;\""))
        }
    }
}
