import Threading

/// One request that waits for an answer, for a while.
final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(UnsafeContinuation<Value?, Never>)
        case answered(Value?)
    }

    private let state = Mutex(State.new)

    /// Answers, unless the request has given up.
    ///
    /// - Returns: whether the answer is taken.
    @discardableResult
    func answer(_ value: Value) -> Bool { settle(value) }

    /// Whether the answer is still wanted.
    var isWaiting: Bool { state.withLock { if case .answered = $0 { false } else { true } } }

    private func settle(_ value: Value?) -> Bool {
        let (isTaken, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Value?, Never>?) in
            switch state {
            case .new:
                state = .answered(value)
                return (true, nil)
            case .waiting(let continuation):
                state = .answered(value)
                return (true, continuation)
            case .answered: return (false, nil)
            }
        }
        continuation?.resume(returning: value)
        return isTaken
    }

    /// Waits for the answer.
    ///
    /// - Returns: `nil` when it has not come in time, or the task was cancelled.
    func value(within patience: Duration, on clock: any Clock<Duration>) async -> Value? {
        await withTaskGroup(of: Void.self) { group in
            // A child, so that the clock stops with the wait.
            group.addTask {
                // Cancelled or not: whoever still waits gives up.
                _ = try? await clock.sleep(for: patience)
                _ = self.settle(nil)
            }
            let value = await wait()
            group.cancelAll()
            return value
        }
    }

    private func wait() async -> Value? {
        await withUnsafeContinuation { continuation in
            let answered = state.withLock { state -> Value?? in
                if case .answered(let value) = state { return value }
                state = .waiting(continuation)
                return nil
            }
            if let answered { continuation.resume(returning: answered) }
        }
    }
}
