import DequeModule
import Threading

/// A request as it came from the socket, not looked into yet.
struct IncomingRequest: Sendable {
    let route: ControlRoute
    let caller: ControlCaller
    let bytes: [UInt8]
}

/// Requests on their way from the socket thread to the workers: bounded, in order of arrival.
final class ControlQueue: Sendable {
    private struct State {
        var queue: Deque<IncomingRequest> = []
        var waiters: [Int: UnsafeContinuation<Void, Never>] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: `false` when there is no room, or no more are taken.
    func offer(_ request: IncomingRequest) -> Bool {
        let (taken, waiter) = state.withLock { state -> (Bool, UnsafeContinuation<Void, Never>?) in
            guard !state.isClosed, state.queue.count < limit else { return (false, nil) }
            state.queue.append(request)
            return (true, state.waiters.popFirst()?.value)
        }
        waiter?.resume()
        return taken
    }

    /// Waits for a request.
    ///
    /// - Parameter worker: tells the workers that wait from each other.
    /// - Returns: `nil` when the queue is closed and empty, or the task cancelled.
    func next(worker: Int) async -> IncomingRequest? {
        while !Task.isCancelled {
            let (request, isClosed) = state.withLock { ($0.queue.popFirst(), $0.isClosed) }
            if let request { return request }
            if isClosed { return nil }
            await wait(worker)
        }
        return nil
    }

    private func wait(_ worker: Int) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let now = state.withLock { state -> UnsafeContinuation<Void, Never>? in
                    guard state.queue.isEmpty, !state.isClosed, !Task.isCancelled else { return continuation }
                    state.waiters[worker] = continuation
                    return nil
                }
                now?.resume()
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: worker) }?.resume()
        }
    }

    /// Takes no more requests; what waits can still be taken.
    func close() {
        let waiters = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
            state.isClosed = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    var depth: Int { state.withLock { $0.queue.count } }
}
