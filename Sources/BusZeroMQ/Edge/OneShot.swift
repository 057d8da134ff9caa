import Threading

/// A value that is set once and that tasks can wait for.
final class OneShot<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [UnsafeContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Sets the value, unless it has been set before.
    func set(_ value: Value) {
        let waiters = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
            if state.value == nil { state.value = value }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    var isSet: Bool { state.withLock { $0.value != nil } }

    /// Waits for the value, or until the task is cancelled.
    ///
    /// - Returns: `nil` when the task was cancelled before there was a value.
    func wait() async -> Value? {
        await withTaskCancellationHandler {
            while true {
                await withUnsafeContinuation { continuation in
                    let now = state.withLock { state -> Bool in
                        if state.value != nil || Task.isCancelled { return true }
                        state.waiters.append(continuation)
                        return false
                    }
                    if now { continuation.resume() }
                }
                if let value = state.withLock({ $0.value }) { return value }
                if Task.isCancelled { return nil }
            }
        } onCancel: {
            // Everybody looks again; those that are not cancelled wait again.
            let waiters = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }
    }

    /// Waits for the value, cancelled or not: only for values that come within a bounded time.
    func waitUncancelled() async -> Value {
        while true {
            await withUnsafeContinuation { continuation in
                let now = state.withLock { state -> Bool in
                    if state.value != nil { return true }
                    state.waiters.append(continuation)
                    return false
                }
                if now { continuation.resume() }
            }
            if let value = state.withLock({ $0.value }) { return value }
        }
    }
}
