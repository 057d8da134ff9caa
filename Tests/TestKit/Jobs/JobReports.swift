import Jobs
import Threading

/// What a runner told, for tests to wait for.
final class JobReports: Sendable {
    private struct Waiter {
        let isMet: @Sendable ([JobReport]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var reports: [JobReport] = []
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    func add(_ report: JobReport) {
        let ready = state.withLock { state -> [Waiter] in
            state.reports.append(report)
            var ready: [Waiter] = []
            var waiting: [Waiter] = []
            for waiter in state.waiters {
                if waiter.isMet(state.reports) { ready.append(waiter) } else { waiting.append(waiter) }
            }
            state.waiters = waiting
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    /// Returns once the reports so far meet a condition.
    func wait(until isMet: @escaping @Sendable ([JobReport]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state -> Bool in
                if isMet(state.reports) { return true }
                state.waiters.append(Waiter(isMet: isMet, continuation: continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Returns once so many reports match.
    func wait(for count: Int = 1, _ matches: @escaping @Sendable (JobReport) -> Bool) async {
        await wait { $0.count(where: matches) >= count }
    }

    /// Returns once so many attempts have ended in a state.
    func waitForEnds(_ count: Int = 1, in wanted: JobState) async {
        await wait(for: count) { if case .ended(let ended) = $0 { ended.state == wanted } else { false } }
    }

    /// Returns once so many jobs have been claimed.
    func waitForClaims(_ count: Int) async {
        await wait { reports in
            reports.reduce(0) { if case .claimed(_, let count) = $1 { $0 + count } else { $0 } } >= count
        }
    }
}
