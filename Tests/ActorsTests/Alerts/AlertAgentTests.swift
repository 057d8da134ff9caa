import Actors
import Bus
import Domain
import Jobs
import Store
import TestKit
import Testing
import Threading

@Suite struct AlertAgentTests {
    /// An agent over a database of its own, what it measures, and what it tells.
    private final class Fixture: Sendable {
        let store: SQLiteStore
        let clock = ManualClock()
        let time = ManualTime()
        let board = AlertBoard()
        let depth = Mutex(0.0)
        /// What was told without the database.
        let told = Mutex<[String]>([])
        private let folder: TemporaryFolder

        init() async throws {
            folder = try TemporaryFolder()
            var config = SQLiteConfig(path: folder.path("store.db"))
            config.synchronous = .normal
            store = try await SQLiteStore.open(config, bus: EventBus(types: EventCatalogue.all))
        }

        func agent(_ incarnation: Incarnation = Incarnation(of: "alerts")) -> AlertAgent {
            AlertAgent(
                ActorContext(incarnation: incarnation),
                parts: AlertAgent.Parts(
                    store: store,
                    board: board,
                    gauges: [.queueDepth: { [self] in .value(depth.withLock { $0 }, of: "queue media") }],
                    rules: { AlertThresholds().rules },
                    settings: { AlertBook.Settings() },
                    notices: { news in
                        [JobRequest(queue: "alerts", kind: "send", payload: "\"\(news.what.rawValue)\"")]
                    },
                    tellAtOnce: { [self] news in told.withLock { $0.append("\(news.what.rawValue) \(news.alert.rule)") }
                    },
                    host: "test",
                    stateName: "alerts:test",
                    clock: clock,
                    now: { [time] in time.now },
                    logger: quietLogger
                )
            )
        }

        /// Lets the agent measure once more.
        func step(_ value: Double, after duration: Duration = .seconds(5)) async {
            await clock.waitForSleepers()
            depth.withLock { $0 = value }
            time.advance(by: duration)
            clock.advance(by: .seconds(5))
            await clock.waitForSleepers()
        }

        func running(_ agent: AlertAgent? = nil, _ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let agent = agent ?? self.agent()
                group.addTask { try await agent.run() }
                try await body()
                group.cancelAll()
                try await group.waitForAll()
            }
        }

        /// The durable events that there are, and the jobs.
        func written() async throws -> (events: [String], jobs: [String]) {
            let page = try await store.read(.all, from: 0)
            let jobs = try await JobQueue(store: store).jobs(limit: 100)
            return (page.events.map(\.header.topic.text), jobs.map(\.payload).reversed())
        }
    }

    @Test func `an alert is an event and a job, once, and so is its end`() async throws {
        let fixture = try await Fixture()
        try await fixture.running {
            await fixture.step(101)
            await fixture.step(120)
            await fixture.step(0)
            await fixture.step(0, after: .seconds(60))
            await fixture.step(0)
        }
        let (events, jobs) = try await fixture.written()
        #expect(events == ["system.alert.raised", "system.alert.resolved"])
        #expect(jobs == ["\"raised\"", "\"resolved\""])
        let state = fixture.board.current
        #expect(state.book.open.isEmpty && state.book.resolved.map(\.rule) == ["queue-depth-warning"])
        #expect(state.book.resolved.first?.detail == "queue media")
        #expect(fixture.told.withLock { $0 } == [])
        await fixture.store.close()
    }

    @Test func `rules without a reading are named and never well`() async throws {
        let fixture = try await Fixture()
        try await fixture.running { await fixture.step(0) }
        let silent = fixture.board.current.silent
        #expect(silent.count == AlertThresholds().rules.count - 2)
        #expect(silent.allSatisfy { $0.rule.quantity != .queueDepth && !$0.reason.isEmpty })
        await fixture.store.close()
    }

    @Test func `a life that follows another goes on with its alerts`() async throws {
        let fixture = try await Fixture()
        try await fixture.running { await fixture.step(501) }
        let raised = fixture.board.current.book.open
        #expect(raised.map(\.rule) == ["queue-depth-critical"])
        // Neither told again nor forgotten.
        try await fixture.running {
            await fixture.step(501)
            #expect(fixture.board.current.book.open.map(\.id) == raised.map(\.id))
            await fixture.step(0)
        }
        try await fixture.running { await fixture.step(0, after: .seconds(60)) }
        let (events, jobs) = try await fixture.written()
        #expect(events == ["system.alert.raised", "system.alert.resolved"])
        #expect(jobs.count == 2)
        #expect(fixture.board.current.book.resolved.map(\.id) == raised.map(\.id))
        await fixture.store.close()
    }

    @Test func `without the database alerts are told at once, and written down when it is back`() async throws {
        let fixture = try await Fixture()
        try await fixture.running {
            await fixture.step(0)
            try await fixture.store.run("CREATE TRIGGER full BEFORE INSERT ON job BEGIN SELECT raise(ABORT, 'no'); END")
            await fixture.step(101)
            await fixture.step(501)
            await fixture.step(501)
            #expect(fixture.told.withLock { $0 } == ["raised queue-depth-warning", "raised queue-depth-critical"])
            #expect(fixture.board.current.pendingCount == 2)
            #expect(try await fixture.written().events == [])
            try await fixture.store.run("DROP TRIGGER full")
            await fixture.step(501)
            #expect(fixture.board.current.pendingCount == 0)
        }
        let (events, jobs) = try await fixture.written()
        #expect(events == ["system.alert.raised", "system.alert.raised"] && jobs.count == 2)
        await fixture.store.close()
    }

    @Test func `a life that has been replaced writes nothing more`() async throws {
        let fixture = try await Fixture()
        let incarnation = Incarnation(of: "alerts")
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.agent(incarnation).run() }
            await fixture.clock.waitForSleepers()
            incarnation.fence()
            fixture.depth.withLock { $0 = 501 }
            fixture.clock.advance(by: .seconds(5))
            await #expect(throws: StoreError.self) { try await group.next() }
        }
        #expect(try await fixture.written().events == [])
        await fixture.store.close()
    }
}
