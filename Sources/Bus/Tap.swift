import DequeModule
import Threading

/// A bounded queue of events of every type, for those who pass them on: the ZeroMQ edge, live pages, the terminal.
///
/// One tap keeps the order in which the events of a topic, and the durable events of all topics, were published. When
/// it is full the oldest are dropped and counted; whoever receives later ones sees the hole in their sequence numbers
/// and can have the durable ones again from the event log.
public final class Tap: Sendable {
    public let limit: Int

    private struct State {
        var queue: Deque<AnyEnvelope> = []
        var droppedTotal: UInt64 = 0
        var waiter: UnsafeContinuation<Void, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    init(limit: Int) { self.limit = max(1, limit) }

    @usableFromInline
    func deposit(_ envelope: AnyEnvelope) {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            guard !state.isClosed else { return nil }
            if state.queue.count >= limit {
                state.queue.removeFirst()
                state.droppedTotal += 1
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
            let (taken, isClosed) = state.withLock { state -> (Deque<AnyEnvelope>, Bool) in
                let taken = state.queue
                state.queue = []
                return (taken, state.isClosed)
            }
            batch.append(contentsOf: taken)
            if !batch.isEmpty { return true }
            if isClosed || Task.isCancelled { return false }
            await wait()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let now = state.withLock { state -> UnsafeContinuation<Void, Never>? in
                    guard state.queue.isEmpty, !state.isClosed, !Task.isCancelled else { return continuation }
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
        state.withLock { ($0.queue.count, $0.droppedTotal) }
    }
}
