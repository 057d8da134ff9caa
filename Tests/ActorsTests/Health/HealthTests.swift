import Bus
import Domain
import Market
import TestKit
import Testing
import Threading

@testable import Actors

struct HealthLedgerTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func probe(_ name: String, vital: Bool = false, _ finding: HealthFinding) -> (HealthProbe, HealthFinding) {
        (HealthProbe(name, isVital: vital) { finding }, finding)
    }

    private func change(_ what: ActorChanged.What, _ id: ActorName = "market") -> ActorChanged {
        ActorChanged(id: id, supervisor: "root", incarnation: 1, what: what, reason: nil)
    }

    @Test func `all well is well`() {
        let snapshot = HealthLedger().snapshot([probe("store", vital: true, .ok)], at: now)
        #expect(snapshot.status == .ok)
        #expect(snapshot.reasons.isEmpty)
        #expect(snapshot.checks == ["store": .ok, "supervision": .ok])
    }

    @Test func `only something vital makes the station fail`() {
        let broken = HealthFinding(.failing, "it is broken")
        #expect(HealthLedger().snapshot([probe("market", broken)], at: now).status == .degraded)
        #expect(HealthLedger().snapshot([probe("store", vital: true, broken)], at: now).status == .failing)
    }

    @Test func `the worst reason comes first`() {
        let snapshot = HealthLedger().snapshot(
            [
                probe("market", HealthFinding(.degraded, "no prices")),
                probe("store", vital: true, HealthFinding(.failing, "the disk is full")),
            ],
            at: now
        )
        #expect(snapshot.reasons == ["store: the disk is full", "market: no prices"])
    }

    @Test func `an actor in trouble degrades the station until it is well again`() {
        var ledger = HealthLedger()
        ledger.note(change(.exited))
        #expect(ledger.snapshot([], at: now).status == .ok)
        ledger.note(change(.restarting))
        #expect(ledger.snapshot([], at: now).reasons == ["market is being restarted"])
        ledger.note(change(.ready))
        #expect(ledger.snapshot([], at: now).status == .ok)
        ledger.note(change(.degraded))
        ledger.note(change(.ready))
        #expect(ledger.snapshot([], at: now).reasons == ["market keeps failing"])
        ledger.note(change(.recovered))
        #expect(ledger.snapshot([], at: now).status == .ok)
    }

    @Test func `zombies are counted down`() {
        var ledger = HealthLedger()
        ledger.note(change(.zombieAppeared))
        ledger.note(change(.zombieAppeared))
        ledger.note(change(.zombieEnded))
        #expect(ledger.snapshot([], at: now).reasons == ["an old incarnation of market ignores being stopped"])
        ledger.note(change(.zombieEnded))
        #expect(ledger.snapshot([], at: now).status == .ok)
    }

    @Test func `a supervisor that gave up is a trouble until it is back`() {
        var ledger = HealthLedger()
        ledger.note(SupervisorChanged(id: "feeds", what: .escalated, reason: nil))
        #expect(ledger.snapshot([], at: now).reasons == ["supervisor feeds has ended"])
        ledger.note(SupervisorChanged(id: "feeds", what: .ready, reason: nil))
        #expect(ledger.snapshot([], at: now).status == .ok)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct HealthAgentTests {
    private let time = TestTime()
    private let bus: EventBus
    private let board = HealthBoard(silenceMax: .seconds(30))
    private let market = Finding()

    final class Finding: Sendable {
        private let state = Mutex(HealthFinding.ok)
        var value: HealthFinding { state.withLock { $0 } }
        func set(_ finding: HealthFinding) { state.withLock { $0 = finding } }
    }

    init() throws { bus = try EventBus(types: EventCatalogue.all, ids: UUIDv7Generator(seed: 1), now: time.now) }

    private func agent(_ soundings: [HealthSounding] = []) -> HealthAgent {
        let market = market
        return HealthAgent(
            context: ActorContext(incarnation: Incarnation(of: "health")),
            parts: HealthAgent.Parts(
                bus: bus,
                board: board,
                probes: [HealthProbe("market", isVital: false) { market.value }],
                soundings: soundings,
                stopwatch: time.stopwatch,
                now: time.now,
                logger: quietLogger
            )
        )
    }

    @Test func `a part that never answers fails within its limit, and nobody waits for it`() async throws {
        let silent = HealthSounding("database", isVital: true, limit: .seconds(3), failure: "no answer") {
            // Ends when it is cancelled, and not before.
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
        }
        let changes = try bus.subscribe(to: HealthChanged.self, as: "test")
        try await whileRunning(agent([silent])) {
            #expect(await changes.take(1).first?.payload.status == .ok)
            async let next = changes.take(1)
            // The question begins at some moment of the first steps; from then on its limit runs.
            while board.snapshot(at: time.now()).status != .failing { await time.step() }
            let changed = await next.first?.payload
            #expect(changed?.status == .failing)
            #expect(changed?.reasons == ["database: no answer"])
        }
    }

    @Test func `one that does not end when it is given up fails within its limit all the same`() async throws {
        let held = Mutex<UnsafeContinuation<Void, Never>?>(nil)
        let count = Mutex(0)
        let stubborn = HealthSounding("database", isVital: true, limit: .seconds(3), failure: "no answer") {
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { await withUnsafeContinuation { continuation in held.withLock { $0 = continuation } } }
        }
        try await whileRunning(agent([stubborn])) {
            while board.snapshot(at: time.now()).status != .failing { await time.step() }
            while held.withLock({ $0 == nil }) { await Task.yield() }
            #expect(board.snapshot(at: time.now()).reasons == ["database: no answer"])
            held.withLock { $0.take() }?.resume()
        }
    }

    @Test func `before the first look the station is starting`() {
        #expect(board.snapshot(at: time.now()).status == .starting)
    }

    @Test func `health is published when it changes and not otherwise`() async throws {
        let changes = try bus.subscribe(to: HealthChanged.self, as: "test")
        try await whileRunning(agent()) {
            #expect(await changes.take(1).first?.payload.status == .ok)
            while time.clock.now.offset < .seconds(20) { await time.step() }
            #expect(bus.sequences(prefix: "system.health.").map(\.seq) == [1])
            market.set(HealthFinding(.degraded, "no provider answers"))
            async let next = changes.take(1)
            await time.step()
            let changed = await next.first?.payload
            #expect(changed?.status == .degraded)
            #expect(changed?.reasons == ["market: no provider answers"])
            #expect(changed?.checks["market"] == .degraded)
            #expect(board.snapshot(at: time.now()).status == .degraded)
        }
    }

    @Test func `a supervisor's report is looked at without waiting for the next round`() async throws {
        let changes = try bus.subscribe(to: HealthChanged.self, as: "test")
        try await whileRunning(agent()) {
            _ = await changes.take(1)
            let report = SupervisionReport(supervisor: "root", child: "host", number: 3, time: .zero, kind: .heldDown)
            try report.publish(on: bus, from: "root")
            let changed = await changes.take(1).first?.payload
            #expect(changed?.reasons == ["host is down until somebody starts it"])
            #expect(time.clock.now == .zero)
        }
    }

    @Test func `a snapshot that nobody renews is not believed for ever`() async throws {
        try await whileRunning(agent()) { await time.clock.waitForSleepers(1) }
        #expect(board.snapshot(at: time.now().advanced(by: .seconds(30))).status == .ok)
        let old = board.snapshot(at: time.now().advanced(by: .seconds(31)))
        #expect(old.status == .degraded)
        #expect(old.reasons == ["the station's health has not been looked at lately"])
    }

    @Test func `every kind of report becomes an event about the right part`() throws {
        func report(_ kind: SupervisionReport.Kind) -> SupervisionReport {
            SupervisionReport(supervisor: "root", child: "host", number: 2, time: .zero, kind: kind)
        }
        let exited = try #require(report(.exited(.heartbeatLost)).actorChange)
        #expect(exited.id == "host")
        #expect(exited.supervisor == "root")
        #expect(exited.incarnation == 2)
        #expect(exited.reason == "no progress")
        #expect(report(.exited(.heartbeatLost)).supervisorChange == nil)
        let escalated = try #require(report(.escalated(.tooManyZombies(count: 9))).supervisorChange)
        #expect(escalated.id == "root")
        #expect(escalated.reason == "9 incarnations ignore cancellation")
        #expect(report(.supervisorReady).actorChange == nil)
        #expect(report(.supervisorEnded(.stopped)).supervisorChange?.what == .ended)
    }
}
