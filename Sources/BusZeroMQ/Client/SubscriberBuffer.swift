import DequeModule
import Threading

/// What a subscriber's thread and its consumer share: batches one way, requests the other.
final class SubscriberBuffer: Sendable {
    enum Request: Sendable {
        case subscribe(String)
        case unsubscribe(String)
    }

    private struct State {
        var queue: Deque<WireBatch> = []
        var messages = 0
        var bytes = 0
        /// Dropped and not announced yet.
        var missed: UInt64 = 0
        /// Emptied batches whose storage the thread fills again.
        var spares: [WireBatch] = []
        var requests: [Request] = []
        var waiter: UnsafeContinuation<Void, Never>?
        var isClosed = false
        var statistics = SubscriberStatistics()
    }

    private let state = Mutex(State())
    private let limits: (messages: Int, bytes: Int)
    private static let sparesMax = 4
    let wakeUp: WakeUp

    init(limits: (messages: Int, bytes: Int), wakeUp: WakeUp) {
        self.limits = limits
        self.wakeUp = wakeUp
    }

    // MARK: The consumer's side

    func add(_ request: Request) {
        state.withLock { $0.requests.append(request) }
        wakeUp.signal()
    }

    func close() {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
        wakeUp.signal()
    }

    /// The oldest batch, if there is one, in exchange for an empty one.
    func take(returning used: WireBatch) -> WireBatch? {
        state.withLock { state in
            if used.capacityIsWorthKeeping, state.spares.count < SubscriberBuffer.sparesMax {
                state.spares.append(used)
            }
            guard var batch = state.queue.popFirst() else { return nil }
            state.messages -= batch.count
            state.bytes -= batch.sizeBytes
            batch.missedBefore = state.missed
            state.missed = 0
            return batch
        }
    }

    /// - Returns: `false` when nothing will come any more.
    func wait() async -> Bool {
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
        return state.withLock { !$0.isClosed || !$0.queue.isEmpty }
    }

    var statistics: SubscriberStatistics { state.withLock { $0.statistics } }

    // MARK: The thread's side

    /// - Returns: `nil` once the subscriber has been closed.
    func takeRequests() -> [Request]? {
        state.withLock { state in
            if state.isClosed { return nil }
            defer { state.requests = [] }
            return state.requests
        }
    }

    func observe(_ event: ConnectionEvent) { state.withLock { $0.statistics.connection.observe(event) } }

    /// Queues a batch and leaves an empty one in its place.
    func deposit(_ batch: inout WireBatch, malformed: UInt64) {
        // Proof: only this call sees it; the lock swaps it with what it guards, and neither side keeps the other's.
        nonisolated(unsafe) var mine = WireBatch()
        swap(&mine, &batch)
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.statistics.malformed += malformed
            state.statistics.received += UInt64(mine.count)
            state.statistics.receivedBytes += UInt64(mine.sizeBytes)
            guard !mine.isEmpty else { return nil }
            state.messages += mine.count
            state.bytes += mine.sizeBytes
            state.queue.append(mine)
            while state.queue.count > 1, state.messages > limits.messages || state.bytes > limits.bytes,
                let oldest = state.queue.popFirst()
            {
                state.messages -= oldest.count
                state.bytes -= oldest.sizeBytes
                state.missed += UInt64(oldest.count)
                state.statistics.dropped += UInt64(oldest.count)
            }
            mine = state.spares.popLast() ?? WireBatch()
            return state.waiter.take()
        }
        swap(&mine, &batch)
        batch.removeAll()
        waiter?.resume()
    }
}
