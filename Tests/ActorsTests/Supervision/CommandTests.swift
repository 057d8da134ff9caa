import Actors
import Bus
import TestKit
import Testing
import Threading

/// Commands to a running tree, and what it shows of itself.
struct CommandTests {
    private let clock = ManualClock()
    private let log = ReportLog()

    private func nested(_ children: [ChildSpec], strategy: SupervisorSpec.Strategy = .oneForOne) -> SupervisorSpec {
        SupervisorSpec("inner", strategy: strategy, limit: RestartLimit(2, within: .seconds(10)), children: children)
    }

    @Test func `a child below a nested supervisor takes commands by its name`() async throws {
        let orders = try DrillOrders()
        let spec = SupervisorSpec.stub([.supervisor(nested([.drill("a", orders)]), restart: .permanent)])
        try await withTree(spec, clock: SupervisionClock(clock), log: log) { tree in
            await log.wait(for: "top", .supervisorReady)
            try tree.stopChild("a")
            await log.wait(for: "a", .heldDown)
            #expect(throws: SupervisionCommandError.notRunning("a")) { try tree.stopChild("a") }
            try tree.startChild("a")
            await log.wait(for: "a", .ready, number: 2)
            try tree.restartChild("a")
            await log.wait(for: "a", .ready, number: 3)
            #expect(throws: SupervisionCommandError.unknown("nobody")) { try tree.restartChild("nobody") }
        }
    }

    @Test func `a handle survives the restart of the supervisor in between`() async throws {
        let orders = try DrillOrders()
        let spec = SupervisorSpec.stub([.supervisor(nested([.drill("a", orders)]), restart: .permanent)])
        try await withTree(spec, clock: SupervisionClock(clock), log: log) { tree in
            let ref = try #require(tree.child("a"))
            #expect(await ref.waitUntilReady() == 1)
            try tree.restartChild("inner")
            #expect(await ref.waitUntilReady(atLeast: 2) == 2)
            #expect(ref.incarnation?.number == 2)
            try tree.restartChild("a")
            #expect(await ref.waitUntilReady(atLeast: 3) == 3)
        }
    }

    @Test func `children come and go under a dynamic supervisor`() async throws {
        let orders = try DrillOrders()
        let spec = SupervisorSpec.stub([.supervisor(nested([], strategy: .dynamic), restart: .permanent)])
        try await withTree(spec, clock: SupervisionClock(clock), log: log) { tree in
            await log.wait(for: "top", .supervisorReady)
            try tree.add(.drill("job-1", orders, restart: .temporary), to: "inner")
            await log.wait(for: "job-1", .ready)
            #expect(throws: SupervisionCommandError.nameInUse("job-1")) {
                try tree.add(.drill("job-1", orders), to: "inner")
            }
            #expect(throws: SupervisionCommandError.nameInUse("inner")) { try tree.add(.drill("inner", orders)) }
            #expect(throws: SupervisionCommandError.unknown("job-1")) {
                try tree.add(.drill("job-2", orders), to: "job-1")
            }
            orders.order(.returnNormally)
            await log.wait(for: "job-1", .removed)
            try tree.add(.drill("job-1", orders, restart: .temporary), to: "inner")
            await log.wait { $0.child == "job-1" && $0.kind == .ready }
            try tree.deleteChild("job-1")
            let problem = SpecProblem(name: "bad", text: "startTimeout must be positive")
            #expect(throws: SupervisionCommandError.invalid([problem])) {
                try tree.add(.drill("bad", orders).with { $0.startTimeout = .zero })
            }
        }
    }

    @Test func `a watcher sees each end and each new life`() async throws {
        let orders = try DrillOrders()
        try await withTree(.stub([.drill("a", orders)]), clock: SupervisionClock(clock), log: log) { tree in
            let ref = try #require(tree.child("a"))
            var changes = ref.changes().makeAsyncIterator()
            #expect(await changes.next() == .ready(number: 1))
            orders.order(.throwError("broken"))
            #expect(await changes.next() == .ended(number: 1, .failed(Failure(DrillError("broken")))))
            #expect(await changes.next() == .ready(number: 2))
            tree.stop()
            #expect(await changes.next() == .ended(number: 2, .stopped))
            #expect(await changes.next() == nil)
        }
    }

    @Test func `the snapshot shows the tree as it is`() async throws {
        let (first, second) = (try DrillOrders(), try DrillOrders())
        let child = ChildSpec.drill("a", first).with {
            $0.limit = RestartLimit(3, within: .seconds(30))
            $0.heartbeat = .init(every: .seconds(20))
            $0.backoff = Backoff(base: .milliseconds(250), cap: .seconds(5), resetAfter: .seconds(60))
        }
        let spec = SupervisorSpec.stub([child, .supervisor(nested([.drill("b", second)]), restart: .permanent)])
        try await withTree(spec, clock: SupervisionClock(clock), log: log) { tree in
            await log.wait(for: "top", .supervisorReady)
            first.order(.throwError("broken"))
            await log.wait {
                $0.child == "a" && $0.number == 1 && $0.kind == .exited(.failed(Failure(DrillError("broken"))))
            }
            let waiting = try #require(tree.snapshot().children.first)
            #expect(waiting.state == "waiting")
            #expect((200...300).contains(waiting.nextTryMilliseconds ?? 0))
            #expect(waiting.lastExit == "failed: drill: broken")
            clock.advance(by: .milliseconds(300))
            await log.wait(for: "a", .ready, number: 2)
            clock.advance(by: .seconds(3))
            let snapshot = tree.snapshot()
            #expect(snapshot.name == "top" && snapshot.state == "running" && snapshot.strategy == "one_for_one")
            #expect(snapshot.restartsInWindow == 1 && snapshot.zombies == 0)
            #expect(snapshot.counts == SupervisorSnapshot.Counts(specs: 3, active: 3, supervisors: 1, workers: 2))
            let a = try #require(snapshot.children.first)
            #expect(a.state == "running" && a.incarnation == 2 && a.restartsTotal == 1 && a.restartsInWindow == 1)
            #expect((a.uptimeMilliseconds ?? 0) >= 3_000 && (a.heartbeatAgeMilliseconds ?? 0) >= 3_000)
            #expect(
                a.policy == "permanent, at most 3 restarts in 30 s, after 250 ms ×2.0 to 5 s ±20 %, afresh after 60 s, "
                    + "ready within 10 s, progress every 20 s, at the latest after 60 s, stops within 5 s"
            )
            #expect(snapshot.allChildren.map(\.name) == ["a", "inner", "b"])
        }
    }

    @Test func `faults and commands from all sides leave a tree that still works and ends`() async throws {
        let orders = try (0..<4).map { _ in try DrillOrders() }
        let names: [ActorName] = ["a", "b", "c", "d"]
        let children = zip(names, orders).map { ChildSpec.drill($0, $1) }
        let spec = SupervisorSpec.stub(
            .restForOne,
            limit: RestartLimit(1_000_000, within: .seconds(1)),
            [
                children[0], children[1],
                .supervisor(nested([children[2], children[3]], strategy: .oneForAll), restart: .permanent),
            ]
        )
        try await withTree(spec, clock: .system, log: log) { tree in
            await log.wait(for: "top", .supervisorReady)
            await withDiscardingTaskGroup { group in
                for seed in 0..<4 {
                    group.addTask {
                        var random = SplitMix64(state: UInt64(seed))
                        for _ in 0..<300 {
                            let index = Int.random(in: 0..<2, using: &random)
                            switch Int.random(in: 0..<4, using: &random) {
                            case 0: orders[index].order(.throwError("broken"))
                            case 1: orders[index].order(.returnNormally)
                            case 2: try? tree.restartChild(names.randomElement(using: &random) ?? "a")
                            default: _ = tree.snapshot()
                            }
                            await Task.yield()
                        }
                    }
                }
            }
            for name in names { #expect(await tree.child(name)?.waitUntilReady() != nil) }
            tree.stop()
            #expect(await tree.ended() == .stopped)
            #expect(tree.zombieCount == 0)
        }
    }
}
