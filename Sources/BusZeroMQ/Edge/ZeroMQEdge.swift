package import Bus
package import Threading

/// The bus as other processes see it: events out through XPUB sockets, requests in through ROUTER sockets.
///
/// One `run` is one life: bind, serve, say goodbye, close. One thread owns all sockets; events reach it encoded, in
/// runs. The edge reads the bus through a tap, so it can be slow without slowing anybody, and what it then loses shows
/// in the sequence numbers.
package final class ZeroMQEdge: Sendable {
    private let bus: EventBus
    private let shared: EdgeShared
    private let server: ControlServer
    private let bound = OneShot<Result<[ZeroMQEndpoint], ZeroMQError>>()
    private let ended = OneShot<Result<Void, ZeroMQError>>()
    private let stopRequested = OneShot<Void>()
    /// How long requests under way may take to finish once the edge has been asked to stop.
    private static let stopGrace: Duration = .seconds(2)

    /// - Parameters:
    ///   - bus: whose events leave.
    ///   - config: addresses, limits and keys.
    ///   - now: what time it is, for the headers of the stream's own events.
    ///   - position: how far the event log reaches; called on the socket thread, so it must not wait.
    ///   - report: told of incidents, on the socket thread or the pool; must not wait.
    ///   - handler: answers control requests.
    /// - Throws: `ThreadError` when the process is out of descriptors.
    package init(
        bus: EventBus,
        config: ZeroMQConfig,
        now: @escaping @Sendable () -> Timestamp = { .now },
        position: @escaping @Sendable () -> LogPosition,
        report: @escaping @Sendable (EdgeIncident) -> Void,
        handler: @escaping ControlHandler
    ) throws(ThreadError) {
        self.bus = bus
        shared = try EdgeShared(config: config, epoch: bus.epoch, now: now, position: position, report: report)
        server = ControlServer(
            queue: shared.control,
            outgoing: shared.outgoing,
            counters: shared.counters,
            concurrency: config.controlConcurrency,
            now: { ContinuousClock.now },
            handler: handler
        )
    }

    // MARK: Life

    /// Serves until `stop` is called or the task is cancelled.
    ///
    /// For one call. After `stop`, events published before it and requests under way are still served; cancelling gives those up. In
    /// both cases subscribers get a goodbye.
    ///
    /// - Throws: `ZeroMQError` when an address cannot be used, and when the socket thread fails.
    package func run() async throws {
        defer {
            bound.set(.failure(ZeroMQError(.closed, "the edge has ended")))
            shared.answering.set(false)
        }
        if let problem = shared.config.problems().first {
            throw ZeroMQError(.badSetting, "\(problem.key): \(problem.text)")
        }
        let tap = bus.tap(limit: shared.config.tapLimit)
        defer { bus.remove(tap) }
        var pump = EventPump(tap, shared, sequences: bus.sequences())
        await pump.prepare()
        let thread = try startThread()
        do {
            _ = try await bound.waitUncancelled().get()
        } catch {
            thread.join()
            throw error
        }
        await serve(pump, tap)
        shared.outgoing.order(.finish)
        // Comes within the hold and the linger of the sockets.
        let result = await ended.waitUncancelled()
        // Its last act was to say so.
        thread.join()
        try result.get()
    }

    /// Asks `run` to finish what is under way, say goodbye and return, without waiting for that.
    package func stop() { stopRequested.set(()) }

    /// Waits until the endpoints answer.
    ///
    /// - Returns: the endpoints, with the ports that the system chose; `nil` when the task is cancelled.
    /// - Throws: `ZeroMQError` when they could not be bound.
    package func waitUntilBound() async throws(ZeroMQError) -> [ZeroMQEndpoint]? { try await bound.wait()?.get() }

    /// Waits until the edge has seen its own event come in through the real local socket.
    ///
    /// - Returns: `false` when the task was cancelled, or the edge ended, before that.
    package func waitUntilAnswering() async -> Bool { await shared.answering.wait() ?? false }

    private func startThread() throws(ThreadError) -> OSThread {
        try OSThread(name: "zmq-edge") { [shared, bound, ended, stopRequested] in
            let result = ZeroMQEdge.threadLife(shared, bound)
            shared.outgoing.close()
            ended.set(result)
            stopRequested.set(())
        }
    }

    /// Returns when all sockets are closed and what they still held has been given its time.
    private static func threadLife(
        _ shared: EdgeShared,
        _ bound: OneShot<Result<[ZeroMQEndpoint], ZeroMQError>>
    ) -> Result<Void, ZeroMQError> {
        do throws(ZeroMQError) {
            let loop = try EdgeLoop(shared)
            bound.set(.success(loop.bound))
            try loop.run()
            return .success(())
        } catch {
            bound.set(.failure(error))
            return .failure(error)
        }
    }

    private enum Part: Hashable { case pump, server, stop, grace }

    private func serve(_ pump: EventPump, _ tap: Tap) async {
        await withTaskGroup(of: Part.self) { group in
            // Events and answers go out beside each other; the third child hears that both are to end.
            group.addTask {
                var pump = pump
                await pump.run()
                return .pump
            }
            group.addTask { [server] in
                await server.run()
                return .server
            }
            group.addTask { [stopRequested] in
                _ = await stopRequested.wait()
                return .stop
            }
            var working: Set<Part> = [.pump, .server]
            for await part in group {
                working.remove(part)
                switch part {
                case .stop:
                    bus.remove(tap)
                    shared.control.close()
                    // What is left to be sent has so long, whatever the others do.
                    group.addTask {
                        // Ends early only when everybody else has finished.
                        try? await ContinuousClock().sleep(for: ZeroMQEdge.stopGrace)
                        return .grace
                    }
                case .grace: group.cancelAll()
                case .pump, .server: break
                }
                if working.isEmpty { group.cancelAll() }
            }
        }
    }

    // MARK: For the operator

    package var statistics: EdgeStatistics {
        var statistics = shared.counters.value
        statistics.subscriptions = shared.outgoing.subscriptionsActive
        statistics.controlQueueDepth = shared.control.depth
        statistics.canaryAge = shared.lastCanarySeen.map { $0.duration(to: .now) }
        return statistics
    }

    /// When the edge last saw its own event come in through the real local socket.
    ///
    /// For the watchdog: any thread may ask. Moves every second.
    package var lastCanarySeen: ContinuousClock.Instant? { shared.lastCanarySeen }

    /// Changes who may connect to encrypted endpoints.
    ///
    /// When a key is taken away, all encrypted connections are ended, and those that are still authorised come back by
    /// themselves.
    package func replaceAuthorisedKeys(_ keys: [AuthorisedKey]) {
        if shared.replaceKeys(keys) { shared.outgoing.order(.reopenSecured) }
    }

    /// Closes the authenticator's socket, as a drill: every encrypted endpoint has to shut.
    package func killAuthenticator() { shared.outgoing.order(.killAuthenticator) }
}
