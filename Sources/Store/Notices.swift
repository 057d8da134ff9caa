import Threading

/// Hints from writers to waiters that something may be there for them.
///
/// A hint can be lost or come for nothing, so a waiter also looks by itself now and then; it only saves the wait. On
/// PostgreSQL hints also reach the other daemons on the same database.
package protocol NoticeBoard: Sendable {
    /// Tells everybody who waits. Returns at once; several posts of one name within a few milliseconds may become one.
    ///
    /// - Parameter name: ASCII, at most 63 bytes, such as `jobs/media`.
    func post(_ name: String)

    /// The names posted from now on, for one task to iterate. Ends when the task is cancelled or the store closes.
    func notices() -> AsyncStream<String>
}

/// The notices inside one process.
package final class NoticeHub: Sendable {
    private struct State {
        var lastKey: UInt64 = 0
        var listeners: [UInt64: AsyncStream<String>.Continuation] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    package init() {}

    package func post(_ name: String) {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.yield(name) }
    }

    package func notices() -> AsyncStream<String> {
        // A listener that lags behind loses the oldest hints, which its own looking makes up for.
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(256))
        let key = state.withLock { state -> UInt64? in
            guard !state.isClosed else { return nil }
            state.lastKey += 1
            state.listeners[state.lastKey] = continuation
            return state.lastKey
        }
        guard let key else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: key) }
        }
        return stream
    }

    /// Ends every listener's stream.
    package func close() {
        let listeners = state.withLock { state -> [AsyncStream<String>.Continuation] in
            state.isClosed = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
