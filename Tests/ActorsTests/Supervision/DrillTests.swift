import Actors
import Bus
import TestKit
import Testing
import Threading

/// Each fault that can be ordered, and what the supervisor makes of it.
struct DrillTests {
    private let clock = ManualClock()
    private let log = ReportLog()

    private func run(
        _ child: ChildSpec,
        limit: RestartLimit = RestartLimit(5, within: .seconds(10)),
        body: (Supervisor) async throws -> Void
    ) async throws {
        try await withTree(.stub(limit: limit, [child]), clock: SupervisionClock(clock), log: log) { tree in
            await log.wait(for: "a", .ready)
            try await body(tree)
        }
    }

    @Test func `throwing is a failure`() async throws {
        let orders = try DrillOrders()
        try await run(.drill("a", orders)) { _ in
            orders.order(.throwError("network"))
            await log.wait(for: "a", .exited(.failed(Failure(DrillError("network")))))
            await log.wait(for: "a", .ready, number: 2)
        }
    }

    @Test func `returning is not, for a transient child`() async throws {
        let orders = try DrillOrders()
        try await run(.drill("a", orders, restart: .transient)) { tree in
            orders.order(.returnNormally)
            await log.wait(for: "a", .exited(.normal))
            #expect(tree.snapshot().children.first?.state == "finished")
        }
    }

    @Test func `crashes in the start count one by one until it works`() async throws {
        let orders = try DrillOrders()
        try await run(.drill("a", orders)) { _ in
            orders.order(.crashInInit(times: 3))
            await log.wait(for: "a", .ready, number: 5)
        }
        let failed = log.kinds(of: "a").count { $0 == .exited(.failed(Failure(DrillError("crash in init")))) }
        #expect(failed == 4)
    }

    @Test func `a crash in the stop is noted and does not stop the stop`() async throws {
        let orders = try DrillOrders()
        try await run(.drill("a", orders)) { tree in
            orders.order(.crashInStop)
            tree.stop()
            #expect(await tree.ended() == .stopped)
        }
        #expect(log.kinds(of: "a").last == .exited(.failed(Failure(DrillError("crash in stop")))))
    }

    @Test func `a slow stop within its time is waited for`() async throws {
        let orders = try DrillOrders()
        try await run(.drill("a", orders)) { tree in
            orders.order(.slowStop(.milliseconds(20)))
            tree.stop()
            #expect(await tree.ended() == .stopped)
        }
        #expect(log.kinds(of: "a").last == .exited(.stopped))
    }

    @Test func `a hanging child still heeds a stop`() async throws {
        let orders = try DrillOrders()
        try await run(.drill("a", orders)) { tree in
            orders.order(.hang)
            tree.stop()
            #expect(await tree.ended() == .stopped)
        }
    }

    @Test func `only so many orders wait`() throws {
        let orders = try DrillOrders()
        for _ in 0..<DrillOrders.ordersMax { #expect(orders.order(.hang)) }
        #expect(!orders.order(.hang))
    }
}
