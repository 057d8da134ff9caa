import Actors
import Bus
import Logging
import ServiceLifecycle
import Testing
import Threading

/// A tree under a service group, and the end of a process.
struct SupervisorServiceTests {
    private let log = ReportLog()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private struct Unused: Error {}

    @Test func `graceful shutdown stops the tree in reverse, then cleans up`() async throws {
        let orders = try DrillOrders()
        let cleanUps = Mutex(0)
        let others = try DrillOrders()
        let tree = try Supervisor(.stub([.drill("a", orders), .drill("b", others)]), observer: log.observer)
        let group = ServiceGroup(services: [SupervisorService(tree)], logger: logger)
        try await withSupervision(of: tree) {
            cleanUps.withLock { $0 += 1 }
        } zombiesRemain: { _ in
            Issue.record("there are no zombies")
        } body: {
            try await withThrowingDiscardingTaskGroup { tasks in
                tasks.addTask { try await group.run() }
                await log.wait(for: "top", .supervisorReady)
                await group.triggerGracefulShutdown()
            }
        }
        #expect(cleanUps.withLock { $0 } == 1)
        let stops = log.reports.filter { $0.kind == .exited(.stopped) }.map(\.child)
        #expect(stops == ["b", "a"])
    }

    @Test func `a shutdown before the run still cleans up, and leaves nothing running`() async throws {
        let orders = try DrillOrders()
        let cleanUps = Mutex(0)
        let tree = try Supervisor(.stub([.drill("a", orders)]), observer: log.observer)
        let group = ServiceGroup(services: [SupervisorService(tree)], logger: logger)
        await group.triggerGracefulShutdown()
        try await withSupervision(of: tree) {
            cleanUps.withLock { $0 += 1 }
        } zombiesRemain: { _ in
            Issue.record("there are no zombies")
        } body: {
            try await group.run()
        }
        #expect(cleanUps.withLock { $0 } == 1)
        // The group may skip its services or start and stop them; either way nothing is left.
        let last = log.kinds(of: "a").last
        #expect(last == nil || last == .exited(.stopped))
        #expect(await tree.ended() == .stopped)
    }

    @Test func `a tree that gives up ends the group with its error`() async throws {
        let orders = try DrillOrders()
        let cleanUps = Mutex(0)
        orders.order(.throwError("broken"))
        let spec = SupervisorSpec.stub(limit: RestartLimit(0, within: .seconds(1)), [.drill("a", orders)])
        let tree = try Supervisor(spec, observer: log.observer)
        let group = ServiceGroup(services: [SupervisorService(tree)], logger: logger)
        await #expect(throws: SupervisorError.self) {
            try await withSupervision(of: tree) {
                cleanUps.withLock { $0 += 1 }
            } zombiesRemain: { _ in
            } body: {
                try await group.run()
            }
        }
        #expect(cleanUps.withLock { $0 } == 1)
        #expect(SupervisorError.exitStatus == 70)
    }

    @Test func `cancelling the service stops the tree`() async throws {
        let orders = try DrillOrders()
        let tree = try Supervisor(.stub([.drill("a", orders)]), observer: log.observer)
        try await withSupervision(of: tree) { _ in
            // Nobody is left behind here.
        } body: {
            try await withThrowingDiscardingTaskGroup { tasks in
                tasks.addTask { try await SupervisorService(tree).run() }
                await log.wait(for: "a", .ready)
                tasks.cancelAll()
            }
        }
        #expect(await tree.ended() == .stopped)
        #expect(log.kinds(of: "a").last == .exited(.stopped))
    }

    @Test func `zombies are told of after the clean-up, when only the exit of the process is left`() async throws {
        let orders = try DrillOrders()
        let steps = Mutex<[String]>([])
        let child = ChildSpec.drill("a", orders).with { $0.shutdown = .after(.milliseconds(10)) }
        let tree = try Supervisor(.stub([child]), observer: log.observer)
        try await withSupervision(of: tree) {
            steps.withLock { $0.append("clean up") }
        } zombiesRemain: { count in
            steps.withLock { $0.append("\(count) left") }
            orders.release()  // Where the daemon exits, the test lets the zombie go.
        } body: {
            tree.begin()
            await log.wait(for: "a", .ready)
            orders.order(.ignoreCancel)
        }
        #expect(steps.withLock { $0 } == ["clean up", "1 left"])
    }

    @Test func `an error of the rest of the program stops the tree too`() async throws {
        let orders = try DrillOrders()
        let tree = try Supervisor(.stub([.drill("a", orders)]), observer: log.observer)
        await #expect(throws: Unused.self) {
            try await withSupervision(of: tree) { _ in
                // Nobody is left behind here.
            } body: {
                tree.begin()
                await log.wait(for: "a", .ready)
                throw Unused()
            }
        }
        #expect(await tree.ended() == .stopped)
    }
}

struct ShutdownDeadlineTests {
    @Test func `a shutdown that takes too long is ended`() async throws {
        let ended = Signals()
        let deadline = try ShutdownDeadline(total: .milliseconds(20)) { message in
            #expect(message == "shutdown took longer than 0.02 seconds")
            ended.signal()
        }
        deadline.arm()
        deadline.arm()
        await ended.wait(for: 1)
    }

    @Test func `one that is in time is left alone, however often it is armed afterwards`() async throws {
        let tooLate = try ShutdownDeadline(total: .seconds(3_600)) { _ in Issue.record("it was in time") }
        tooLate.arm()
        tooLate.disarm()
        tooLate.arm()
    }

    @Test func `more time can be given`() async throws {
        let ended = Signals()
        let extended = try ShutdownDeadline(total: .milliseconds(30)) { _ in Issue.record("it was given more time") }
        extended.arm()
        extended.extend(by: .seconds(3_600))
        // Another deadline, armed later with the same time, passes: so has the first one's first time.
        let other = try ShutdownDeadline(total: .milliseconds(60)) { _ in ended.signal() }
        other.arm()
        await ended.wait(for: 1)
        extended.disarm()
    }
}
