import Threading

/// Lets a number of steps run at a time, over all runs of a process; the others wait their turn.
package final class StepGate: Sendable {
    private struct State {
        var free: Int
        var lastKey: UInt64 = 0
        /// Oldest first.
        var waiting: [(key: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: Mutex<State>

    package init(limit: Int) { state = Mutex(State(free: max(1, limit))) }

    /// Runs a body when it is its turn.
    ///
    /// - Throws: `FlowEnding.interrupted` when the task is cancelled first.
    func pass<Value>(_ body: () async throws(FlowEnding) -> Value) async throws(FlowEnding) -> Value {
        guard await enter() else { throw .interrupted }
        defer { leave() }
        return try await body()
    }

    private func enter() async -> Bool {
        let key = state.withLock { state -> UInt64 in
            state.lastKey += 1
            return state.lastKey
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isIn = state.withLock { state -> Bool? in
                    // Looked at under the lock: a cancellation comes either before, or finds the waiter.
                    guard !Task.isCancelled else { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((key, continuation))
                    return nil
                }
                if let isIn { continuation.resume(returning: isIn) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.key == key }) else { return nil }
                return state.waiting.remove(at: index).continuation
            }
            waiter?.resume(returning: false)
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
