import Bus
import BusZeroMQ
import Credits
import Domain
import Identity
import JSON
import Store
import Telemetry
import TestKit
import Testing

@testable import Daemon

/// The control methods of credits, as an operator's key calls them.
@Suite struct CreditMethodsTests {
    private struct Bench {
        let store: SQLiteStore
        let desk: CreditDesk
        let table: ControlTable
        let user: UUIDv7
        private let folder: TemporaryFolder
        private let fixture: ConfigFixture

        /// With one account, `ann@example.org`.
        init() async throws {
            folder = try TemporaryFolder()
            fixture = try ConfigFixture()
            let config = try #require(try fixture.load("").usable)
            var database = SQLiteConfig(path: folder.path("store.db"))
            database.synchronous = .normal
            let time = ManualTime()
            let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
            store = try await SQLiteStore.open(database, bus: bus, now: { time.now })
            let identity = try await StationIdentity(
                config,
                environment: [:],
                redactor: Redactor(),
                store: store,
                now: { time.now }
            )
            desk = CreditDesk(
                store: store,
                settings: CreditSettings(config.configuration.credits),
                now: { time.now }
            )
            let audit = ControlAudit(
                store: store,
                author: Incarnation(of: "control"),
                redactor: Redactor(),
                now: { time.now }
            )
            let methods = CreditMethods(desk: desk, identity: identity.desk, now: { time.now }).all
            table = ControlTable(methods, audit: audit, metrics: MetricsRegistry())
            user = UUIDv7(high: 7, low: 8)
            try await store.run(
                """
                INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
                VALUES (?1, 'ann@example.org', 'Ann', 'none', 'client', 'pro', 1, 1)
                """,
                [SQLValue(user)]
            )
        }

        func call(_ method: String, _ params: [String: JSONValue], as role: ControlRole) async throws -> JSONValue {
            let request = ControlRequest(
                id: "1",
                method: method,
                params: params,
                caller: ControlCaller(name: "boss", role: role, publishPrefixes: [], endpoint: "control")
            )
            switch await table.answer(request) {
            case .result(let bytes): return try JSONValue(parsing: bytes)
            case .failure(let error): throw error
            }
        }

        func spend(_ credits: Int64, for request: String) async throws {
            let hold = try await desk.hold(credits, of: user, for: request)
            _ = try await desk.settle(hold, to: credits, for: .grok, units: nil, reason: "chat")
        }
    }

    private static let ann: [String: JSONValue] = ["user": "ann@example.org"]

    @Test func `an operator lets an account spend again, and the audit log has it`() async throws {
        let bench = try await Bench()
        let grant: [String: JSONValue] = ["user": "ann@example.org", "credits": 5000, "reason": "test"]
        _ = try await bench.call("credits.grant", grant, as: .admin)
        let calm = try await bench.call("credits.show", Self.ann, as: .admin)
        #expect(calm["pausedAt"]?.isNull == true && calm["low"] == false)
        #expect(try await bench.call("credits.resume", Self.ann, as: .operator)["resumed"] == false)
        try await bench.spend(1001, for: "r1")
        let paused = try await bench.call("credits.show", Self.ann, as: .admin)
        #expect(paused["pausedAt"]?.string != nil)
        let overview = try await bench.call("credits.overview", [:], as: .admin)
        #expect(overview["paused"]?.array?.map { $0["user"]?.string } == ["\(bench.user)"])
        #expect(overview["pausedCount"] == 1)
        await #expect(throws: CreditError.spendingPaused) { try await bench.spend(1, for: "r2") }
        #expect(try await bench.call("credits.resume", Self.ann, as: .operator)["resumed"] == true)
        try await bench.spend(1, for: "r2")
        let events = try await bench.store.read(.all, from: 0).events.filter {
            $0.header.topic.text == "credits.spending.resumed"
        }
        let resumed = try EventCodec.decode(CreditSpendingResumed.self, from: try #require(events.first).payload)
        #expect(events.count == 1 && resumed.user == bench.user && resumed.caller == "boss")
        let actions = try await bench.store.activities(before: nil, limit: 10).map(\.activity.action)
        #expect(actions == ["credits.resume", "credits.resume", "credits.grant"])
        await bench.store.close()
    }

    @Test func `whoever only looks resumes nobody, and nobody is nobody`() async throws {
        let bench = try await Bench()
        await #expect(throws: JSONRPCError.self) { try await bench.call("credits.resume", Self.ann, as: .viewer) }
        let error = await #expect(throws: JSONRPCError.self) {
            try await bench.call("credits.resume", ["user": "bob@example.org"], as: .operator)
        }
        #expect(error?.code == -32003)
        await #expect(throws: JSONRPCError.self) {
            try await bench.call("credits.resume", ["user": "ann@example.org", "all": true], as: .operator)
        }
        await bench.store.close()
    }

    @Test func `an account with few credits is shown as that`() async throws {
        let bench = try await Bench()
        try await bench.spend(81, for: "r1")
        let shown = try await bench.call("credits.show", Self.ann, as: .admin)
        #expect(shown["balance"] == 19 && shown["low"] == true)
        await bench.store.close()
    }
}
