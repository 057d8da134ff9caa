import Actors
import Bus
import Threading

/// Keeps the reports of a tree, and lets a test wait for one.
final class ReportLog: Sendable {
    private struct Waiter {
        let matches: @Sendable (SupervisionReport) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var reports: [SupervisionReport] = []
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    var observer: SupervisionObserver { { self.note($0) } }

    var reports: [SupervisionReport] { state.withLock { $0.reports } }

    func kinds(of child: ActorName) -> [SupervisionReport.Kind] { reports.filter { $0.child == child }.map(\.kind) }

    /// Returns once a report about that child, and that incarnation if it matters, has come; also if it came before.
    func wait(for child: ActorName, _ kind: SupervisionReport.Kind, number: UInt64? = nil) async {
        await wait { $0.child == child && $0.kind == kind && (number == nil || number == $0.number) }
    }

    func wait(until matches: @escaping @Sendable (SupervisionReport) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.reports.contains(where: matches) { return true }
                state.waiters.append(Waiter(matches: matches, continuation: continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func note(_ report: SupervisionReport) {
        let due = state.withLock { state -> [Waiter] in
            state.reports.append(report)
            let due = state.waiters.filter { $0.matches(report) }
            state.waiters.removeAll { $0.matches(report) }
            return due
        }
        for waiter in due { waiter.continuation.resume() }
    }
}

/// Runs a tree for the length of a test, with a manual clock.
func withTree(
    _ spec: SupervisorSpec,
    clock: SupervisionClock,
    log: ReportLog,
    body: (Supervisor) async throws -> Void
) async throws {
    let tree = try Supervisor(spec, clock: clock, seed: 1, observer: log.observer)
    try await withThrowingDiscardingTaskGroup { group in
        group.addTask { await tree.run() }
        tree.begin()
        defer { tree.stop() }
        try await body(tree)
    }
}

extension ChildSpec {
    /// A child that carries out drills.
    static func drill(
        _ name: ActorName,
        _ orders: DrillOrders,
        restart: RestartType = .permanent
    ) -> ChildSpec {
        .worker(name, restart: restart) { context in try DrillActor(context, orders: orders) }
            .with { $0.readiness = .reported }
    }
}
