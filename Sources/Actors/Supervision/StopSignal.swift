import Threading

/// Holds a task back until somebody says that it is time; says so once, to one waiter.
///
/// This is how one child of a task group is cancelled without the others: the child's own task waits here and cancels
/// the inner group in which the actor runs.
final class StopSignal: Sendable {
    private enum State {
        case quiet
        case waiting(UnsafeContinuation<Void, Never>)
        case given
    }

    private let state = Mutex(State.quiet)

    var isGiven: Bool {
        state.withLock { if case .given = $0 { true } else { false } }
    }

    /// Safe from any thread, and more than once.
    func give() {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            defer { state = .given }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume()
    }

    /// Returns once the signal has been given.
    ///
    /// One task at a time.
    func wait() async {
        await withUnsafeContinuation { continuation in
            let isGiven = state.withLock { state -> Bool in
                if case .given = state { return true }
                state = .waiting(continuation)
                return false
            }
            if isGiven { continuation.resume() }
        }
    }
}
