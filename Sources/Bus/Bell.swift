import Threading

/// Wakes the one task that waits for it; a ring that nobody heard is kept for the next wait.
package final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter.take() else {
                state.hasRung = true
                return nil
            }
            return waiter
        }
        waiter?.resume()
    }

    /// Returns at the next ring, at once when it has rung already, and when the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state -> Bool in
                    if state.hasRung || Task.isCancelled {
                        state.hasRung = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }

    /// Waits until then, or until it rings.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    package func wait(until moment: Duration, on stopwatch: Stopwatch) async throws {
        try await withThrowingTaskGroup { group in
            // The bell against the clock; whichever is first.
            group.addTask { await self.wait() }
            group.addTask { try await stopwatch.sleep(until: moment) }
            try await group.next()
            group.cancelAll()
            // The one that lost ends with a cancellation, which is no news.
            while let result = await group.nextResult() { _ = result }
        }
        try Task.checkCancellation()
    }
}
