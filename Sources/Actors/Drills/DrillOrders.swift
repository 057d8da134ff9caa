package import Threading

/// Where drills are ordered; it outlives the incarnations of the actor that carries them out.
package final class DrillOrders: Sendable {
    private struct State {
        var waiting: [Drill] = []
        /// Those that wait for an order: the current incarnation, and perhaps one that was shut out.
        var readers: [(key: UInt64, continuation: UnsafeContinuation<Drill?, Never>)] = []
        var lastKey: UInt64 = 0
        var crashesInInit = 0
        var isReleased = false
        var held: [UnsafeContinuation<Void, Never>] = []
    }

    /// How many orders may wait; more are refused.
    package static let ordersMax = 64

    private let state = Mutex(State())
    /// Readable once released; what blocked threads wait for.
    let released: WakeUp

    /// - Throws: `ThreadError` when the process is out of descriptors.
    package init() throws(ThreadError) { released = try WakeUp() }

    /// Orders a drill from the current incarnation, or from the next one if there is none.
    ///
    /// - Returns: `false` when too many are waiting already.
    @discardableResult
    package func order(_ drill: Drill) -> Bool {
        let (reader, isAccepted) = state.withLock { state -> (UnsafeContinuation<Drill?, Never>?, Bool) in
            if let reader = state.readers.popLast() { return (reader.continuation, true) }
            guard state.waiting.count < DrillOrders.ordersMax else { return (nil, false) }
            state.waiting.append(drill)
            return (nil, true)
        }
        reader?.resume(returning: drill)
        return isAccepted
    }

    /// Ends every `ignoreCancel` and `blockThreads`, those under way and those to come.
    package func release() {
        let held = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
            state.isReleased = true
            defer { state.held = [] }
            return state.held
        }
        released.signal()
        for continuation in held { continuation.resume() }
    }

    /// The next order, or `nil` when none is left and the task is cancelled.
    func next() async -> Drill? {
        let key = state.withLock { state -> UInt64 in
            state.lastKey += 1
            return state.lastKey
        }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let (isNow, drill) = state.withLock { state -> (Bool, Drill?) in
                    guard state.waiting.isEmpty else { return (true, state.waiting.removeFirst()) }
                    if Task.isCancelled { return (true, nil) }
                    state.readers.append((key, continuation))
                    return (false, nil)
                }
                if isNow { continuation.resume(returning: drill) }
            }
        } onCancel: {
            let reader = state.withLock { state -> UnsafeContinuation<Drill?, Never>? in
                guard let index = state.readers.firstIndex(where: { $0.key == key }) else { return nil }
                return state.readers.remove(at: index).continuation
            }
            reader?.resume(returning: nil)
        }
    }

    /// Waits for `release`, deaf to cancellation.
    func waitForRelease() async {
        await withUnsafeContinuation { continuation in
            let isReleased = state.withLock { state -> Bool in
                if !state.isReleased { state.held.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
    }

    func noteCrashesInInit(_ count: Int) { state.withLock { $0.crashesInInit += count } }

    /// Whether the incarnation that is being built has to fail.
    func takeCrashInInit() -> Bool {
        state.withLock { state in
            guard state.crashesInInit > 0 else { return false }
            state.crashesInInit -= 1
            return true
        }
    }
}
