import DequeModule
import Threading

/// What the pump, the control workers and the socket thread share.
///
/// Everything that wants the thread to do something goes through here; the thread is signalled only while it sleeps.
final class OutgoingQueue: Sendable {
    /// A frame for one caller of the control endpoint.
    struct Reply: Sendable {
        let route: ControlRoute
        let bytes: [UInt8]
    }

    enum Order: Sendable {
        /// Say goodbye once everything queued has been sent, hold, and close.
        case finish
        /// Close the authenticator's socket, as a drill.
        case killAuthenticator
        /// Connections of keys that are no longer authorised have to end.
        case reopenSecured
    }

    /// What the thread takes in one turn.
    struct Work {
        var chunk: OutgoingChunk?
        var replies: [Reply] = []
        var orders: [Order] = []
    }

    private struct State {
        var chunks: Deque<OutgoingChunk> = []
        var bytes = 0
        var spares: [OutgoingChunk] = []
        var replies: [Reply] = []
        var orders: [Order] = []
        var subscriptions: [SubscriptionTable]
        var generation: UInt64 = 0
        var isAsleep = false
        var isClosed = false
        var roomWaiter: UnsafeContinuation<Void, Never>?

        func isCrowded(beyond share: Int = 1) -> Bool {
            bytes > OutgoingQueue.sizeBytesMax / share || chunks.count > OutgoingQueue.chunksMax / share
        }

        /// - Returns: whether the thread must be signalled.
        mutating func wake() -> Bool {
            defer { isAsleep = false }
            return isAsleep
        }
    }

    private let state: Mutex<State>
    let wakeUp: WakeUp
    private let generationNow = Atomic<UInt64>(0)
    private static let sizeBytesMax = 16 << 20
    private static let chunksMax = 128
    private static let sparesMax = 8

    init(subscriptions: [SubscriptionTable]) throws(ThreadError) {
        wakeUp = try WakeUp()
        state = Mutex(State(subscriptions: subscriptions))
    }

    // MARK: The pump's side

    /// Counts changes of the subscriptions.
    var generation: UInt64 { generationNow.load(ordering: .acquiring) }

    var subscriptions: (tables: [SubscriptionTable], generation: UInt64) {
        state.withLock { ($0.subscriptions, $0.generation) }
    }

    enum Appended { case yes, outdated, closed }

    /// Queues a chunk and leaves an empty one in its place, unless its targets were decided by subscriptions that have
    /// changed since.
    func append(_ chunk: inout OutgoingChunk) -> Appended {
        // Proof: only this call sees it; the lock swaps it with what it guards, and neither side keeps the other's.
        nonisolated(unsafe) var mine = OutgoingChunk()
        swap(&mine, &chunk)
        let (outcome, mustSignal) = state.withLock { state -> (Appended, Bool) in
            guard !state.isClosed else { return (.closed, false) }
            guard mine.generation == state.generation else { return (.outdated, false) }
            state.bytes += mine.bytes.count
            state.chunks.append(mine)
            mine = state.spares.popLast() ?? OutgoingChunk()
            return (.yes, state.wake())
        }
        swap(&mine, &chunk)
        if mustSignal { wakeUp.signal() }
        return outcome
    }

    /// Waits until the thread has caught up to half of what may be queued.
    func waitForRoom() async {
        guard state.withLock({ $0.isCrowded() }) else { return }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let now = state.withLock { state -> UnsafeContinuation<Void, Never>? in
                    guard state.isCrowded(), !state.isClosed, !Task.isCancelled else { return continuation }
                    state.roomWaiter = continuation
                    return nil
                }
                now?.resume()
            }
        } onCancel: {
            state.withLock { $0.roomWaiter.take() }?.resume()
        }
    }

    // MARK: Everybody's side

    func reply(_ reply: Reply) {
        let mustSignal = state.withLock { state -> Bool in
            guard !state.isClosed else { return false }
            state.replies.append(reply)
            return state.wake()
        }
        if mustSignal { wakeUp.signal() }
    }

    /// Frames waiting for the thread; those who send many look here first.
    var repliesWaiting: Int { state.withLock { $0.replies.count } }

    func order(_ order: Order) {
        let mustSignal = state.withLock { state -> Bool in
            state.orders.append(order)
            return state.wake()
        }
        if mustSignal { wakeUp.signal() }
    }

    // MARK: The thread's side

    /// Takes the next chunk, all replies and all orders.
    func take() -> Work {
        let (work, waiter) = state.withLock { state -> (Work, UnsafeContinuation<Void, Never>?) in
            state.isAsleep = false
            let chunk = state.chunks.popFirst()
            state.bytes -= chunk?.bytes.count ?? 0
            let work = Work(chunk: chunk, replies: state.replies, orders: state.orders)
            state.replies = []
            state.orders = []
            return (work, state.isCrowded(beyond: 2) ? nil : state.roomWaiter.take())
        }
        waiter?.resume()
        return work
    }

    /// Gives a chunk's storage back.
    func recycle(_ chunk: consuming OutgoingChunk) {
        // Proof: consumed by this call, so nobody else holds it when the lock takes it over.
        nonisolated(unsafe) var chunk = chunk
        chunk.removeAll()
        state.withLock { state in
            if state.spares.count < OutgoingQueue.sparesMax { state.spares.append(chunk) }
        }
    }

    /// Says that the thread is about to wait.
    ///
    /// - Returns: `false` when there is work after all.
    func fallAsleep() -> Bool {
        state.withLock { state in
            guard state.chunks.isEmpty, state.replies.isEmpty, state.orders.isEmpty else { return false }
            state.isAsleep = true
            return true
        }
    }

    /// Counts a new subscription of one endpoint.
    ///
    /// - Returns: every chunk that was decided without it. They come before the welcome.
    func subscribe(_ table: Int, _ prefix: [UInt8]) -> Deque<OutgoingChunk> {
        let (chunks, waiter) = state.withLock { state -> (Deque<OutgoingChunk>, UnsafeContinuation<Void, Never>?) in
            guard state.subscriptions[table].add(prefix) else { return ([], nil) }
            state.generation += 1
            generationNow.store(state.generation, ordering: .releasing)
            defer {
                state.chunks = []
                state.bytes = 0
            }
            return (state.chunks, state.roomWaiter.take())
        }
        waiter?.resume()
        return chunks
    }

    func unsubscribe(_ table: Int, _ prefix: [UInt8]) {
        state.withLock { $0.subscriptions[table].remove(prefix) }
    }

    /// Forgets prefixes that nobody can have any more, because nobody is connected.
    func forgetLapsed(_ table: Int) {
        state.withLock { state in
            guard state.subscriptions[table].forgetLapsed() else { return }
            state.generation += 1
            generationNow.store(state.generation, ordering: .releasing)
        }
    }

    var subscriptionsActive: Int { state.withLock { $0.subscriptions.reduce(0) { $0 + $1.activeCount } } }

    /// Nothing is taken any more.
    func close() {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.isClosed = true
            return state.roomWaiter.take()
        }
        waiter?.resume()
    }
}
