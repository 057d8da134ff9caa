import Actors
import Bus
import Credits
import Domain
import LLM
import Store
import TestKit
import Testing

@testable import Daemon

/// What alerts are told of all accounts together.
@Suite struct CreditWatchTests {
    private struct Bench {
        let store: SQLiteStore
        let desk: CreditDesk
        let watch: CreditWatch
        let time = ManualTime()
        private let folder: TemporaryFolder

        init() async throws {
            folder = try TemporaryFolder()
            var database = SQLiteConfig(path: folder.path("store.db"))
            database.synchronous = .normal
            let time = time
            let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
            store = try await SQLiteStore.open(database, bus: bus, now: { time.now })
            desk = CreditDesk(store: store, settings: CreditSettings(), now: { time.now })
            watch = CreditWatch(now: { time.now })
        }

        func user() async throws -> UUIDv7 {
            let id = UUIDv7(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
            try await store.run(
                """
                INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
                VALUES (?1, ?2, 'Ann', 'none', 'client', 'free', 1, 1)
                """,
                [SQLValue(id), .text("\(id)@example.org")]
            )
            _ = try await desk.grant(1_000_000, to: id, from: .topUp, cause: "test", reason: "test")
            return id
        }

        func spend(_ credits: Int64, by user: UUIDv7) async throws {
            let hold = try await desk.hold(credits, of: user, for: "\(user)-\(time.now)")
            _ = try await desk.settle(hold, to: credits, for: .grok, units: nil, reason: "chat")
        }
    }

    @Test func `before the first look, and long after the last, there is no reading`() async throws {
        let bench = try await Bench()
        func isMissing(_ reading: AlertReading) -> Bool { if case .missing = reading { true } else { false } }
        #expect(isMissing(bench.watch.pausedReading) && isMissing(bench.watch.burnReading(floor: 0)))
        try await bench.watch.look(at: bench.desk)
        #expect(bench.watch.pausedReading == .value(0))
        bench.time.advance(by: .seconds(300))
        #expect(bench.watch.pausedReading == .value(0))
        bench.time.advance(by: .seconds(1))
        #expect(isMissing(bench.watch.pausedReading))
        await bench.store.close()
    }

    @Test func `paused accounts are counted, and the first of them named`() async throws {
        let bench = try await Bench()
        var users: [UUIDv7] = []
        for _ in 0..<7 {
            users.append(try await bench.user())
            try await bench.spend(1001, by: users[users.count - 1])
            bench.time.advance(by: .seconds(1))
        }
        try await bench.watch.look(at: bench.desk)
        let names = users.prefix(5).map { "\($0)" }.joined(separator: ", ")
        #expect(bench.watch.pausedReading == .value(7, of: "\(names) and 2 more"))
        #expect(bench.watch.pausedCount == 7 && bench.watch.lastHour == 7007)
        for user in users { _ = try await bench.desk.resume(user, by: "ann") }
        try await bench.watch.look(at: bench.desk)
        #expect(bench.watch.pausedReading == .value(0))
        await bench.store.close()
    }

    @Test func `spending is compared with the hours of the last seven days, read from the ledger once`() async throws {
        let bench = try await Bench()
        let user = try await bench.user()
        for _ in 0..<30 {
            try await bench.spend(100, by: user)
            bench.time.advance(by: .seconds(3600))
        }
        // The one before was more than an hour ago.
        bench.time.advance(by: .seconds(1))
        try await bench.spend(500, by: user)
        try await bench.watch.look(at: bench.desk)
        // The last hour is compared with those that had ended an hour ago, each of them a hundred.
        #expect(bench.watch.burnReading(floor: 100) == .value(400, of: "500 credits in an hour"))
        #expect(bench.watch.burnReading(floor: 501) == .value(0, of: "500 credits in an hour"))
        bench.time.advance(by: .seconds(3601))
        try await bench.watch.look(at: bench.desk)
        #expect(bench.watch.burnReading(floor: 0) == .value(-100, of: "0 credits in an hour"))
        await bench.store.close()
    }

    @Test func `a new station compares nothing yet`() async throws {
        let bench = try await Bench()
        try await bench.spend(500, by: try await bench.user())
        try await bench.watch.look(at: bench.desk)
        guard case .missing(let reason) = bench.watch.burnReading(floor: 0) else {
            Issue.record("there is nothing to compare with")
            return
        }
        #expect(reason == "credits have been spent for 0 hours, and it takes 24")
        await bench.store.close()
    }

    @Test func `without calls enough no model is dearer than it was`() {
        let costs = ModelCosts(now: { Timestamp(seconds: 1_790_000_000) })
        #expect(
            costs.reading(callsMin: 20)
                == .missing("fewer than 20 calls of any model in a day and in the seven days before")
        )
    }
}
