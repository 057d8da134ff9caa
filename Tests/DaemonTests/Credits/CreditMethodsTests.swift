import Bus
import BusZeroMQ
import Credits
import Domain
import Identity
import JSON
import Store
import Testing

@testable import Daemon

/// The control methods of credits, as an operator's key calls them.
@Suite struct CreditMethodsTests {
    private struct Bench {
        let methods: MethodBench
        let desk: CreditDesk
        let user = UUIDv7(high: 7, low: 8)

        /// With one account, `ann@example.org`.
        init() async throws {
            var made: CreditDesk?
            methods = try await MethodBench { store, identity, configuration, now in
                let desk = CreditDesk(store: store, settings: CreditSettings(configuration.credits), now: now)
                made = desk
                return CreditMethods(desk: desk, identity: identity.desk, now: now).all
            }
            desk = try #require(made)
            try await methods.store.run(
                """
                INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
                VALUES (?1, 'ann@example.org', 'Ann', 'none', 'client', 'pro', 1, 1)
                """,
                [SQLValue(user)]
            )
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
        _ = try await bench.methods.call("credits.grant", grant, as: .admin)
        let calm = try await bench.methods.call("credits.show", Self.ann, as: .admin)
        #expect(calm["pausedAt"]?.isNull == true && calm["low"] == false)
        #expect(try await bench.methods.call("credits.resume", Self.ann, as: .operator)["resumed"] == false)
        try await bench.spend(1001, for: "r1")
        let paused = try await bench.methods.call("credits.show", Self.ann, as: .admin)
        #expect(paused["pausedAt"]?.string != nil)
        let overview = try await bench.methods.call("credits.overview", [:], as: .admin)
        #expect(overview["paused"]?.array?.map { $0["user"]?.string } == ["\(bench.user)"])
        #expect(overview["pausedCount"] == 1)
        await #expect(throws: CreditError.spendingPaused) { try await bench.spend(1, for: "r2") }
        #expect(try await bench.methods.call("credits.resume", Self.ann, as: .operator)["resumed"] == true)
        try await bench.spend(1, for: "r2")
        let events = try await bench.methods.store.read(.all, from: 0).events.filter {
            $0.header.topic.text == "credits.spending.resumed"
        }
        let resumed = try EventCodec.decode(CreditSpendingResumed.self, from: try #require(events.first).payload)
        #expect(events.count == 1 && resumed.user == bench.user && resumed.caller == "boss")
        let actions = try await bench.methods.store.activities(before: nil, limit: 10).map(\.activity.action)
        #expect(actions == ["credits.resume", "credits.resume", "credits.grant"])
        await bench.methods.store.close()
    }

    @Test func `whoever only looks resumes nobody, and nobody is nobody`() async throws {
        let bench = try await Bench()
        await #expect(throws: JSONRPCError.self) {
            try await bench.methods.call("credits.resume", Self.ann, as: .viewer)
        }
        let error = await #expect(throws: JSONRPCError.self) {
            try await bench.methods.call("credits.resume", ["user": "bob@example.org"], as: .operator)
        }
        #expect(error?.code == -32003)
        await #expect(throws: JSONRPCError.self) {
            try await bench.methods.call("credits.resume", ["user": "ann@example.org", "all": true], as: .operator)
        }
        await bench.methods.store.close()
    }

    @Test func `an account with few credits is shown as that`() async throws {
        let bench = try await Bench()
        try await bench.spend(81, for: "r1")
        let shown = try await bench.methods.call("credits.show", Self.ann, as: .admin)
        #expect(shown["balance"] == 19 && shown["low"] == true)
        await bench.methods.store.close()
    }
}
