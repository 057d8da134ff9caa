import Threading

/// A bounded queue of events of every type, for those who pass them on: the ZeroMQ edge, live pages, the terminal.
///
/// One tap keeps the order in which the events of a topic, and the durable events of all topics, were published. When
/// it is full the oldest are dropped and counted; whoever receives later ones sees the hole in their sequence numbers
/// and can have the durable ones again from the event log.
public final class Tap: Sendable {
    public let limit: Int
    /// Whether it also gets the durable events that other daemons have logged.
    let includesForeign: Bool

    private struct State {
        /// What waits, behind `head` events that have been dropped but not yet removed.
        var queue: [AnyEnvelope] = []
        var head = 0
        var droppedTotal: UInt64 = 0
        var waiter: UnsafeContinuation<Void, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    init(limit: Int, includesForeign: Bool = false) {
        self.limit = max(1, limit)
        self.includesForeign = includesForeign
    }

    @usableFromInline
    func deposit(_ envelope: AnyEnvelope) {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            guard !state.isClosed else { return nil }
            if state.queue.count - state.head >= limit {
                state.head += 1
                state.droppedTotal += 1
                // Moves the rest down once in a while, so that it costs nothing per event and the room stays bounded.
                if state.head >= limit {
                    state.queue.removeFirst(state.head)
                    state.head = 0
                }
            }
            state.queue.append(envelope)
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Waits for events and moves all that are queued into `batch`, replacing what it held.
    ///
    /// For one consumer.
    ///
    /// - Returns: `false` when the tap is closed or the task cancelled, and nothing is left.
    public func next(_ batch: inout [AnyEnvelope]) async -> Bool {
        while true {
            batch.removeAll(keepingCapacity: true)
            let (dropped, isClosed) = state.withLock { state -> (Int, Bool) in
                swap(&state.queue, &batch)
                defer { state.head = 0 }
                return (state.head, state.isClosed)
            }
            if dropped > 0 { batch.removeFirst(dropped) }
            if !batch.isEmpty { return true }
            if isClosed || Task.isCancelled { return false }
            await wait()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let now = state.withLock { state -> UnsafeContinuation<Void, Never>? in
                    guard state.queue.count == state.head, !state.isClosed, !Task.isCancelled else {
                        return continuation
                    }
                    state.waiter = continuation
                    return nil
                }
                now?.resume()
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }

    func close() {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Events waiting now, and events lost since the tap was made.
    public var statistics: (depth: Int, dropped: UInt64) {
        state.withLock { ($0.queue.count - $0.head, $0.droppedTotal) }
    }
}
