import Actors
import Bus
import TestKit
import Testing
import Threading

/// Real tasks under a supervisor.
struct SupervisorTests {
    private let clock = ManualClock()
    private let log = ReportLog()

    private func run(_ spec: SupervisorSpec, body: (Supervisor) async throws -> Void) async throws {
        try await withTree(spec, clock: SupervisionClock(clock), log: log, body: body)
    }

    @Test func `a child that throws is replaced, and handles on it stay good`() async throws {
        let orders = try DrillOrders()
        try await run(.stub([.drill("a", orders)])) { tree in
            let ref = try #require(tree.child("a"))
            #expect(await ref.waitUntilReady() == 1)
            let (oldLife, oldActor) = (try #require(ref.incarnation), try #require(ref.current(as: DrillActor.self)))
            orders.order(.throwError("broken"))
            #expect(await ref.waitUntilReady(atLeast: 2) == 2)
            #expect(oldLife.isFenced)
            #expect(throws: FencedError.self) { try oldLife.check() }
            let newLife = try #require(ref.incarnation)
            #expect(newLife.number == 2 && !newLife.isFenced)
            let newActor = try #require(ref.current(as: DrillActor.self))
            #expect(newActor !== oldActor)
        }
    }

    @Test func `children start in order, each when the one before is ready, and stop in reverse`() async throws {
        let orders = try (0..<3).map { _ in try DrillOrders() }
        let spec = SupervisorSpec.stub([.drill("a", orders[0]), .drill("b", orders[1]), .drill("c", orders[2])])
        try await run(spec) { tree in
            await log.wait(for: "top", .supervisorReady)
            tree.stop()
            #expect(await tree.ended() == .stopped)
        }
        let steps = log.reports.filter { [.started, .ready, .stopping, .exited(.stopped)].contains($0.kind) }
        #expect(
            steps.map { "\($0.child) \($0.kind)" } == [
                "a started", "a ready", "b started", "b ready", "c started", "c ready",
                "c stopping", "c exited(stopped)", "b stopping", "b exited(stopped)", "a stopping", "a exited(stopped)",
            ]
        )
    }

    @Test func `the old life is over before the new one begins`() async throws {
        let orders = try DrillOrders()
        let builds = Mutex(0)
        let child = ChildSpec.worker("a", restart: .permanent) { context in
            builds.withLock { $0 += 1 }
            return try DrillActor(context, orders: orders)
        }.with { $0.readiness = .reported }
        try await run(.stub([child])) { tree in
            await log.wait(for: "a", .ready)
            orders.order(.ignoreCancel)
            try tree.restartChild("a")
            await log.wait(for: "a", .stopping)
            #expect(builds.withLock { $0 } == 1)
            orders.release()
            await log.wait(for: "a", .ready, number: 2)
            #expect(builds.withLock { $0 } == 2)
        }
        let kinds = log.kinds(of: "a")
        let exit = try #require(kinds.firstIndex(of: .exited(.stopped)))
        let start = try #require(kinds.lastIndex(of: .started))
        #expect(exit < start)
    }

    @Test func `a child that ignores cancellation is fenced, the others stop, and its task is left behind`()
        async throws
    {
        let (obedient, deaf) = (try DrillOrders(), try DrillOrders())
        try await run(.stub([.drill("a", obedient), .drill("b", deaf)])) { tree in
            await log.wait(for: "top", .supervisorReady)
            let life = try #require(tree.child("b")?.incarnation)
            deaf.order(.ignoreCancel)
            tree.stop()
            await log.wait(for: "b", .stopping)
            #expect(!life.isFenced)
            #expect(log.kinds(of: "a").contains(.stopping) == false)
            clock.advance(by: .seconds(5))
            #expect(await tree.ended() == .stopped)
            #expect(life.isFenced)
            #expect(tree.zombieCount == 1)
            #expect(log.kinds(of: "a").last == .exited(.stopped))
            deaf.release()
            await log.wait(for: "b", .zombieEnded)
            #expect(tree.zombieCount == 0)
        }
    }

    @Test func `a replaced life runs on in vain`() async throws {
        let orders = try DrillOrders()
        try await run(.stub([.drill("a", orders)])) { tree in
            await log.wait(for: "a", .ready)
            let old = try #require(tree.child("a")?.incarnation)
            orders.order(.ignoreCancel)
            try tree.restartChild("a")
            clock.advance(by: .seconds(5))
            await log.wait(for: "a", .ready, number: 2)
            #expect(old.isFenced)
            #expect(tree.child("a")?.incarnation?.isFenced == false)
            #expect(tree.snapshot().zombies == 1)
            orders.release()
            await log.wait(for: "a", .zombieEnded)
            // The zombie's end is not the new life's.
            #expect(tree.child("a")?.incarnation?.number == 2)
            #expect(log.kinds(of: "a").last == .zombieEnded)
        }
    }

    @Test func `one_for_all replaces every child in order`() async throws {
        let orders = try (0..<3).map { _ in try DrillOrders() }
        let spec = SupervisorSpec.stub(
            .oneForAll,
            [.drill("a", orders[0]), .drill("b", orders[1]), .drill("c", orders[2])]
        )
        try await run(spec) { tree in
            await log.wait(for: "top", .supervisorReady)
            for round in UInt64(2)...4 {
                orders[1].order(.throwError("broken"))
                await log.wait(for: "c", .ready, number: round)
                for name: ActorName in ["a", "b", "c"] { #expect(tree.child(name)?.incarnation?.number == round) }
            }
        }
        let steps = log.reports.filter { $0.number > 1 && [.started, .ready].contains($0.kind) }
        let round = ["a started", "a ready", "b started", "b ready", "c started", "c ready"]
        #expect(steps.map { "\($0.child) \($0.kind)" } == round + round + round)
    }

    @Test func `a resumed child keeps its instance and its incarnation`() async throws {
        let orders = try DrillOrders()
        let child = ChildSpec.drill("a", orders).with { $0.directives = [FailureClass("hiccup"): .resume] }
        try await run(.stub([child])) { tree in
            await log.wait(for: "a", .ready)
            let actor = try #require(tree.child("a")?.current(as: DrillActor.self))
            orders.order(.throwError("hiccup"))
            await log.wait { if case .resumed = $0.kind { true } else { false } }
            #expect(tree.child("a")?.current(as: DrillActor.self) === actor)
            #expect(tree.child("a")?.incarnation?.number == 1)
            orders.order(.throwError("other"))
            await log.wait(for: "a", .ready, number: 2)
        }
    }

    @Test func `the restarts of two levels multiply, and the top fails at the end`() async throws {
        let builds = Mutex(0)
        let child = ChildSpec.worker("a", restart: .permanent) { context in
            let count = builds.withLock { builds -> Int in
                builds += 1
                return builds
            }
            return Failing(name: context.name, number: count)
        }
        let inner = SupervisorSpec(
            "inner",
            strategy: .oneForOne,
            limit: RestartLimit(2, within: .seconds(10)),
            children: [child]
        )
        let spec = SupervisorSpec.stub(
            limit: RestartLimit(3, within: .seconds(10)),
            [.supervisor(inner, restart: .permanent)]
        )
        try await run(spec) { tree in
            guard case .failed(.exhausted(child: "inner", _, _)) = await tree.ended() else {
                Issue.record("the top did not give up")
                return
            }
        }
        let lives = builds.withLock { $0 }
        #expect(lives == 12)  // Three lives under each of four inner supervisors.
        // Numbers go on across restarts of the supervisor between.
        #expect(log.reports.last { $0.child == "a" && $0.kind == .started }?.number == 12)
    }

    @Test func `a nested supervisor that does not end in time is shut out with all below it`() async throws {
        let orders = try DrillOrders()
        let inner = SupervisorSpec(
            "inner",
            strategy: .oneForOne,
            limit: RestartLimit(2, within: .seconds(10)),
            children: [.drill("a", orders).with { $0.shutdown = .infinity }]
        )
        try await run(.stub([.supervisor(inner, restart: .permanent, shutdown: .after(.seconds(3)))])) { tree in
            await log.wait(for: "top", .supervisorReady)
            let life = try #require(tree.child("a")?.incarnation)
            orders.order(.ignoreCancel)
            tree.stop()
            clock.advance(by: .seconds(3))
            #expect(await tree.ended() == .stopped)
            await log.wait(for: "a", .fenced)
            #expect(life.isFenced)
            orders.release()
        }
    }

    @Test func `too many zombies end the tree`() async throws {
        let orders = try DrillOrders()
        let spec = SupervisorSpec.stub([.drill("a", orders)]).with { $0.zombiesMax = 2 }
        try await run(spec) { tree in
            for number in 1...2 {
                await log.wait(for: "a", .ready, number: UInt64(number))
                orders.order(.ignoreCancel)
                try tree.restartChild("a")
                clock.advance(by: .seconds(5))
                await log.wait(for: "a", .fenced, number: UInt64(number))
            }
            #expect(await tree.ended() == .failed(.tooManyZombies(count: 2)))
            orders.release()
        }
    }

    @Test func `a child that hangs is found by its heartbeat`() async throws {
        let orders = try DrillOrders()
        let child = ChildSpec.drill("a", orders).with { $0.heartbeat = .init(every: .seconds(1)) }
        try await run(.stub([child])) { _ in
            await log.wait(for: "a", .ready)
            orders.order(.hang)
            // The drill itself is the last progress, at whatever time it is taken.
            while !log.kinds(of: "a").contains(.exited(.heartbeatLost)) {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
            await log.wait(for: "a", .ready, number: 2)
        }
    }

    @Test func `a stop before the start starts nothing`() async throws {
        let orders = try DrillOrders()
        let tree = try Supervisor(.stub([.drill("a", orders)]), clock: SupervisionClock(clock), observer: log.observer)
        tree.stop()
        tree.begin()
        await tree.run()
        #expect(await tree.ended() == .stopped)
        #expect(log.kinds(of: "a").isEmpty)
    }

    @Test func `a stop while the factory is at work still lets the actor clean up`() async throws {
        let gate = Gate()
        let cleanUps = Mutex(0)
        let child = ChildSpec.worker("a", restart: .permanent) { context in
            await gate.wait()
            return CleaningUp(name: context.name) { cleanUps.withLock { $0 += 1 } }
        }
        try await run(.stub([child])) { tree in
            await log.wait(for: "a", .started)
            tree.stop()
            await log.wait(for: "a", .stopping)
            gate.open()
            #expect(await tree.ended() == .stopped)
        }
        #expect(cleanUps.withLock { $0 } == 1)
    }

    @Test func `cancelling the tree's task stops it`() async throws {
        let orders = try DrillOrders()
        let tree = try Supervisor(.stub([.drill("a", orders)]), clock: SupervisionClock(clock), observer: log.observer)
        await withDiscardingTaskGroup { group in
            group.addTask { await tree.run() }
            tree.begin()
            await log.wait(for: "a", .ready)
            group.cancelAll()
        }
        #expect(await tree.ended() == .stopped)
    }

    @Test func `what waits in a mailbox survives each kind of end, in order`() async throws {
        let mailbox = TestMailbox()
        let seen = TestMailbox()
        let child = ChildSpec.worker("a", restart: .permanent) { context in
            Reader(name: context.name, mailbox: mailbox, seen: seen)
        }
        try await run(.stub(limit: RestartLimit(100, within: .seconds(1)), [child])) { tree in
            // Multiples of ten make the reader throw, those of seven make it return; it is restarted from outside too.
            for number in 1...100 { mailbox.put(number) }
            try tree.restartChild("a")
            for number in 101...200 { mailbox.put(number) }
            await seen.waitForCount(200)
        }
        #expect(seen.contents == Array(1...200))
    }
}

// MARK: - Actors

private struct Failing: SupervisedActor {
    let name: ActorName
    let number: Int
    func run() async throws { throw Broken("no \(number)") }
}

private struct CleaningUp: SupervisedActor {
    let name: ActorName
    let cleanUp: @Sendable () -> Void

    func run() async throws {
        defer { cleanUp() }
        try Task.checkCancellation()
        Issue.record("it was not cancelled")
    }
}

private actor Reader: SupervisedActor {
    nonisolated let name: ActorName
    private let mailbox: TestMailbox
    private let seen: TestMailbox

    init(name: ActorName, mailbox: TestMailbox, seen: TestMailbox) {
        self.name = name
        self.mailbox = mailbox
        self.seen = seen
    }

    func run() async throws {
        while let number = await mailbox.take() {
            seen.put(number)
            if number.isMultiple(of: 10) { throw Broken() }
            if number.isMultiple(of: 7) { return }
        }
    }
}

/// A queue that belongs to nobody's life.
private final class TestMailbox: Sendable {
    private struct State {
        var numbers: [Int] = []
        var reader: CheckedContinuation<Int?, Never>?
        var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    var contents: [Int] { state.withLock { $0.numbers } }

    func put(_ number: Int) {
        let (reader, waiter) = state.withLock {
            state -> (CheckedContinuation<Int?, Never>?, CheckedContinuation<Void, Never>?) in
            if let reader = state.reader {
                state.reader = nil
                return (reader, nil)
            }
            state.numbers.append(number)
            guard let waiter = state.waiter, state.numbers.count >= waiter.count else { return (nil, nil) }
            state.waiter = nil
            return (nil, waiter.continuation)
        }
        reader?.resume(returning: number)
        waiter?.resume()
    }

    func take() async -> Int? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isNow, number) = state.withLock { state -> (Bool, Int?) in
                    if Task.isCancelled { return (true, nil) }
                    guard state.numbers.isEmpty else { return (true, state.numbers.removeFirst()) }
                    state.reader = continuation
                    return (false, nil)
                }
                if isNow { continuation.resume(returning: number) }
            }
        } onCancel: {
            state.withLock { state -> CheckedContinuation<Int?, Never>? in
                defer { state.reader = nil }
                return state.reader
            }?.resume(returning: nil)
        }
    }

    func waitForCount(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.numbers.count >= count { return true }
                state.waiter = (count, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// Holds a task back, cancelled or not, until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state -> Bool in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
