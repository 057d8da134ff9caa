import Bus
import Threading

/// The jobs that run in this process, and the line to each of them.
final class RunningJobs: Sendable {
    private struct State {
        var lines: [UUIDv7: JobLine] = [:]
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func add(_ line: JobLine) { state.withLock { $0.lines[line.context.id] = line } }

    func remove(_ line: JobLine) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            if state.lines[line.context.id] === line { state.lines.removeValue(forKey: line.context.id) }
            guard state.lines.isEmpty else { return [] }
            defer { state.idleWaiters = [] }
            return state.idleWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    var all: [JobLine] { state.withLock { Array($0.lines.values) } }

    func stopAll(_ reason: JobLine.StopReason, at now: Duration) {
        for line in all { line.stop(reason, at: now) }
    }

    /// Compares with what the database says is still ours; `asked` are those that ran before it was asked.
    func reconcile(_ held: [JobQueue.Held], asked: [JobLine], at now: Duration) {
        let held = Dictionary(held.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for line in asked {
            guard let held = held[line.context.id], held.epoch == line.context.leaseEpoch else {
                // One that is being recorded just now is not running in the database any more.
                line.stop(.leaseLost, at: now)
                continue
            }
            if held.isCancelRequested { line.stop(.cancelRequested, at: now) }
        }
    }

    /// Lets go of those who wait for nothing to run: they have waited long enough.
    func wakeIdleWaiters() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state.idleWaiters = [] }
            return state.idleWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once nothing runs, or when the waiters are let go.
    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state -> Bool in
                if state.lines.isEmpty { return true }
                state.idleWaiters.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }
}

/// The line to one running job: tells it to stop at most once, for the first reason.
final class JobLine: Sendable {
    /// Why a job should stop.
    enum StopReason: Hashable, Sendable {
        case leaseLost
        case cancelRequested
        case timedOut
        case stopping
    }

    let context: JobContext
    /// When its time is up, on the runner's clock since its start.
    let deadline: Duration

    private struct State {
        var task: CancellableTask?
        var reason: StopReason?
        var stoppedAt: Duration?
        var isGivenUp = false
        var isOver = false
    }

    private let state = Mutex(State())

    init(_ context: JobContext, deadline: Duration) {
        self.context = context
        self.deadline = deadline
    }

    /// The handler's task begins.
    func attach(_ task: UnsafeCurrentTask) {
        let handle = CancellableTask(task)
        let isStopped = state.withLock { state -> Bool in
            state.task = handle
            return state.reason != nil
        }
        if isStopped { handle.cancel() }
    }

    /// The handler's task is about to end: its handle must not be used any more.
    func detach() {
        state.withLock { state in
            state.task = nil
            state.isOver = true
        }
    }

    func stop(_ reason: StopReason, at now: Duration) {
        state.withLock { state in
            guard state.reason == nil, !state.isOver else { return }
            state.reason = reason
            state.stoppedAt = now
            // Under the lock, so that `detach` cannot come between.
            state.task?.cancel()
        }
    }

    var reason: StopReason? { state.withLock { $0.reason } }

    /// Whether it goes on although it was told to stop so long ago; says so once.
    func giveUp(after grace: Duration, at now: Duration) -> Bool {
        state.withLock { state in
            guard let stoppedAt = state.stoppedAt, now - stoppedAt >= grace, !state.isGivenUp, !state.isOver else {
                return false
            }
            state.isGivenUp = true
            return true
        }
    }
}

/// A task that runs, to be cancelled from outside.
///
/// Proof for `@unchecked`: cancelling is safe from any thread while the task lives, and `JobLine` drops the handle, under
/// the lock that its every use takes, before the task ends.
private struct CancellableTask: @unchecked Sendable {
    private let task: UnsafeCurrentTask
    init(_ task: UnsafeCurrentTask) { self.task = task }
    func cancel() { task.cancel() }
}
