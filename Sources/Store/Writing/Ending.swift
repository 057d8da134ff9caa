import Threading

/// Tells any number of callers that a thread is done.
package final class Ending: Sendable {
    private struct State {
        var hasEnded = false
        var waiters: [UnsafeContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    package func wait() async {
        await withUnsafeContinuation { continuation in
            let hasEnded = state.withLock { state -> Bool in
                if !state.hasEnded { state.waiters.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    package func announce() {
        let waiters = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
