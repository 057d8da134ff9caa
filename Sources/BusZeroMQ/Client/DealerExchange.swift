import Threading

/// The requests of a dealer that are under way, shared by its callers and its thread.
final class DealerExchange: Sendable {
    private struct Pending {
        let continuation: CheckedContinuation<[UInt8], any Error>
        let deadline: ContinuousClock.Instant
        let onProgress: (@Sendable ([UInt8]) -> Void)?
    }

    private struct State {
        var pending: [String: Pending] = [:]
        /// Requests that the thread has not sent yet, oldest first.
        var outgoing: [(id: String, bytes: [UInt8])] = []
        var connection = ConnectionStatistics()
        var isClosed = false
    }

    private let state = Mutex(State())
    private let requestsMax: Int
    let wakeUp: WakeUp

    init(requestsMax: Int, wakeUp: WakeUp) {
        self.requestsMax = requestsMax
        self.wakeUp = wakeUp
    }

    // MARK: The callers' side

    func exchange(
        _ request: [UInt8],
        id: String,
        deadline: ContinuousClock.Instant,
        onProgress: (@Sendable ([UInt8]) -> Void)?
    ) async throws -> [UInt8] {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let pending = Pending(continuation: continuation, deadline: deadline, onProgress: onProgress)
                let refusal = state.withLock { state -> (any Error)? in
                    if Task.isCancelled { return CancellationError() }
                    if state.isClosed { return ZeroMQError(.closed, "the connection has been closed") }
                    guard state.pending.count < requestsMax else {
                        return ZeroMQError(.busy, "\(requestsMax) requests are under way already")
                    }
                    guard state.pending[id] == nil else {
                        return ZeroMQError(.busy, "a request with the id \(id) is under way already")
                    }
                    state.pending[id] = pending
                    state.outgoing.append((id, request))
                    return nil
                }
                if let refusal { continuation.resume(throwing: refusal) } else { wakeUp.signal() }
            }
        } onCancel: {
            fail(id, CancellationError())
        }
    }

    func close() {
        let pending = state.withLock { state -> [Pending] in
            state.isClosed = true
            defer { state.pending = [:] }
            return Array(state.pending.values)
        }
        for one in pending {
            one.continuation.resume(throwing: ZeroMQError(.closed, "the connection has been closed"))
        }
        wakeUp.signal()
    }

    var connection: ConnectionStatistics { state.withLock { $0.connection } }

    // MARK: The thread's side

    /// What to send, leaving out requests that have been given up; `nil` once closed.
    func takeOutgoing() -> [[UInt8]]? {
        state.withLock { state in
            if state.isClosed { return nil }
            defer { state.outgoing = [] }
            return state.outgoing.filter { state.pending[$0.id] != nil }.map(\.bytes)
        }
    }

    func observe(_ event: ConnectionEvent) { state.withLock { $0.connection.observe(event) } }

    func answer(_ id: String, _ bytes: [UInt8]) {
        state.withLock { $0.pending.removeValue(forKey: id) }?.continuation.resume(returning: bytes)
    }

    func progress(_ id: String, _ bytes: [UInt8]) {
        state.withLock { $0.pending[id]?.onProgress }?(bytes)
    }

    func fail(_ id: String, _ error: any Error) {
        state.withLock { $0.pending.removeValue(forKey: id) }?.continuation.resume(throwing: error)
    }

    /// Fails the requests whose time is over.
    ///
    /// - Returns: when the next one's is.
    func expire(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (late, next) = state.withLock { state -> ([Pending], ContinuousClock.Instant?) in
            let late = state.pending.filter { $0.value.deadline <= now }
            for id in late.keys { state.pending[id] = nil }
            return (Array(late.values), state.pending.values.map(\.deadline).min())
        }
        for one in late { one.continuation.resume(throwing: ZeroMQError(.timedOut, "no answer in time")) }
        return next
    }
}
