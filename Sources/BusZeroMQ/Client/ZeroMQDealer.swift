import Threading

/// Sends requests to a daemon's control endpoint and hands each its answer, on a thread of its own.
///
/// Requests may overlap; answers are matched by the JSON-RPC `id`. While the daemon is away requests wait in the socket
/// and go out when it is back, as long as their time lasts: with ids that are unique for ten minutes, sending one again
/// has no second effect.
package final class ZeroMQDealer: Sendable {
    private let shared: DealerExchange
    private let thread: OSThread

    /// - Throws: `ZeroMQError` for an address or a key that cannot be used.
    package init(_ address: String, config: ZeroMQClientConfig = ZeroMQClientConfig()) throws(ZeroMQError) {
        do {
            let shared = DealerExchange(requestsMax: config.requestsMax, wakeUp: try WakeUp())
            let loop = DealerLoop(try ClientSocket(.dealer, to: address, config: config), shared)
            self.shared = shared
            thread = try OSThread(name: "zmq-dealer") { loop.run() }
        } catch let error as ZeroMQError {
            throw error
        } catch {
            throw ZeroMQError(.system, "cannot start the dealer's thread: \(error)")
        }
    }

    deinit { shared.close() }

    /// Sends one request and waits for its answer.
    ///
    /// - Parameters:
    ///   - request: one JSON-RPC request.
    ///   - id: the request's `id`, a text, not in use by another request under way.
    ///   - timeout: from now until the answer.
    ///   - onProgress: called on the dealer's thread with each progress notification of this request; must not block.
    /// - Returns: the whole answer, which may be a JSON-RPC error.
    /// - Throws: `ZeroMQError` with `.timedOut`, `.closed` or `.busy`; `CancellationError` when the task is cancelled.
    package func request(
        _ request: [UInt8],
        id: String,
        timeout: Duration,
        onProgress: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> [UInt8] {
        try await shared.exchange(request, id: id, deadline: .now + timeout, onProgress: onProgress)
    }

    /// Ends the thread and the connection; requests under way fail with `.closed`.
    package func close() { shared.close() }

    /// Waits, blocking, until the thread has ended after `close`: for tests and the end of a program.
    package func join() { thread.join() }

    package var connection: ConnectionStatistics { shared.connection }
}
