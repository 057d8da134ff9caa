import Glibc
import Logging
import Store

/// The pool's connections, and which of them runs what.
///
/// Not for two threads at once: the queue keeps it behind a lock, since callers send on a free connection themselves. All
/// else is done by the pool's thread.
final class PoolConnections {
    /// What has come to an end, for whoever has let go of the lock to act on.
    struct Settled: Sendable {
        var finished: [(request: PoolRequest, outcome: PoolRequest.Outcome)] = []
        /// Never run; they go back to the front of the queue.
        var unsent: [PoolRequest] = []
        /// The server lets nobody in, or has been away for long: waiting longer does not help those who wait.
        var refusal: StoreError?
    }

    private let config: PostgresConfig
    private let logger: Logger

    private var all: [PoolConnection] = []
    private var completions: [PoolConnection.Completion] = []
    /// Requests that collided, until they are sent again.
    private var delayed: [(due: ContinuousClock.Instant, request: PoolRequest)] = []
    private var backoff = Backoff()
    private var nextConnect = ContinuousClock.now
    private var outageBegan: ContinuousClock.Instant?
    private var refusal: StoreError?
    private var counts = PoolStatistics()

    /// - Parameters:
    ///   - config: where the database is.
    ///   - logger: told of outages and their ends.
    init(_ config: PostgresConfig, logger: Logger) {
        self.config = config
        self.logger = logger
    }

    /// How the connections are doing; without what waits in the queue.
    private var statistics: PoolStatistics {
        var statistics = counts
        statistics.open = all.count { $0.isReady }
        statistics.inFlight = inFlight
        return statistics
    }

    private var isIdle: Bool { inFlight == 0 && delayed.isEmpty }

    private var inFlight: Int { all.reduce(0) { $0 + ($1.isReady ? $1.load : 0) } }

    // MARK: The pool's thread

    /// What the pool's thread has to do after one turn.
    struct Turn: Sendable {
        var settled = Settled()
        /// What to wait on, in the order of `all`.
        var descriptors: [pollfd] = []
        /// When to look again, whatever happens.
        var deadline: ContinuousClock.Instant?
        var nextNotice: ContinuousClock.Instant?
        /// Nothing will ever be left to do.
        var isDone = false
    }

    /// Sends what there is to send, with as many connections as that takes.
    ///
    /// - Parameters:
    ///   - now: this moment.
    ///   - queue: what waits.
    ///   - tag: marks our own notices.
    ///   - closing: until when what is under way may end; `nil` while the pool is open.
    /// - Returns: what is left to do for the pool's thread.
    func turn(
        at now: ContinuousClock.Instant,
        from queue: PoolQueue,
        tag: String,
        closing: ContinuousClock.Instant?
    ) -> Turn {
        if let closing, queue.waitingCount == 0 && isIdle || now >= closing {
            return Turn(settled: abandonAll(), isDone: true)
        }
        var turn = Turn()
        turn.nextNotice = sendNotices(of: queue, tag, now)
        keepConnected(at: now, isSomebodyWaiting: queue.waitingCount > 0)
        send(at: now) { queue.take() }
        turn.settled = settle(at: now)
        turn.descriptors = all.map { pollfd(fd: $0.descriptor, events: $0.pollEvents, revents: 0) }
        turn.deadline = deadline(isSomebodyWaiting: queue.waitingCount > 0)
        queue.note(statistics)
        return turn
    }

    /// Takes in what has arrived.
    ///
    /// Callers only send, so the connections are those that were waited on.
    /// - Parameters:
    ///   - isReady: whether something has arrived, of each connection; more may follow.
    ///   - now: this moment.
    /// - Returns: what has come to an end.
    func receive(_ isReady: [Bool], at now: ContinuousClock.Instant) -> Settled {
        for (connection, isReady) in zip(all, isReady) {
            if connection.connect(at: now, isReady: isReady) { noteConnected() }
            if isReady { connection.receive(&completions) }
        }
        return settle(at: now)
    }

    /// - Returns: when the next notice may go out.
    private func sendNotices(
        of queue: PoolQueue,
        _ tag: String,
        _ now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant? {
        // Without a connection they wait for one.
        guard let connection = leastLoaded(below: .max) else { return nil }
        let (names, next) = queue.takeNotices(at: now)
        for name in names {
            let request = PoolRequest(
                ticket: 0,
                sql: "SELECT pg_notify('\(NoticeListener.channel)', $1)",
                arguments: [.text("\(tag):\(name)")],
                limit: 1,
                deadline: now,
                continuation: nil
            )
            connection.send(request, at: now, &completions)
        }
        return next
    }

    // MARK: Sending

    /// Sends a request if a connection is free for it.
    ///
    /// - Returns: `nil` when none is; else whether the pool's thread has to look after it.
    func sendIfFree(_ request: PoolRequest, at now: ContinuousClock.Instant) -> Bool? {
        guard let connection = free(at: now) else { return nil }
        connection.send(request, at: now, &completions)
        connection.flush()
        return !completions.isEmpty || connection.needsAttention
    }

    /// Sends what is due again, and what waits, as far as there are connections for it.
    private func send(at now: ContinuousClock.Instant, _ next: () -> PoolRequest?) {
        if delayed.contains(where: { $0.due <= now }) {
            var due = delayed.filter { $0.due <= now }.map(\.request)
            delayed.removeAll { $0.due <= now }
            while let request = due.first, let connection = leastLoaded(below: .max) {
                connection.send(request, at: now, &completions)
                due.removeFirst()
            }
            completions += due.map { .unsent($0) }
        }
        while let connection = free(at: now), let request = next() { connection.send(request, at: now, &completions) }
    }

    /// The connection that takes the next request.
    ///
    /// A request that would queue up behind another gets a new connection instead, if there can be one soon.
    private func free(at now: ContinuousClock.Instant) -> PoolConnection? {
        guard let best = leastLoaded(below: max(1, config.inFlightMax)) else { return nil }
        if best.load == 0 { return best }
        let canGrow = all.contains(where: \.isConnecting) || hasRoom && now >= nextConnect
        return canGrow ? nil : best
    }

    private func leastLoaded(below loadMax: Int) -> PoolConnection? {
        var best: PoolConnection?
        for connection in all where connection.isReady && connection.load < (best?.load ?? loadMax) {
            best = connection
        }
        return best
    }

    // MARK: Connecting

    private var hasRoom: Bool { all.count < min(max(1, config.connectionsMax), PostgresConfig.connectionsLimit) }

    /// Opens another connection when all are busy, and closes those that have not been used for long.
    private func keepConnected(at now: ContinuousClock.Instant, isSomebodyWaiting: Bool) {
        let idleMax = Duration.seconds(config.idleSecondsMax)
        while all.count > 1,
            let index = all.firstIndex(where: { $0.isReady && $0.load == 0 && $0.lastUse + idleMax <= now })
        {
            all.remove(at: index)
        }
        guard all.isEmpty || isSomebodyWaiting && all.allSatisfy({ $0.isReady && $0.load > 0 }),
            hasRoom, now >= nextConnect
        else { return }
        do throws(StoreError) {
            let connection = try PoolConnection(config, at: now)
            // What cannot even begin has no descriptor to wait on.
            connection.connect(at: now, isReady: false)
            all.append(connection)
        } catch {
            noteFailedConnect(error, now)
        }
    }

    private func noteFailedConnect(_ error: StoreError, _ now: ContinuousClock.Instant) {
        nextConnect = now + backoff.next()
        counts.failedConnects += 1
        guard !all.contains(where: \.isReady) else { return }
        if outageBegan == nil { logger.error("the database cannot be reached", metadata: ["error": "\(error)"]) }
        let began = outageBegan ?? now
        outageBegan = began
        // After a moment it is more than a restart: callers had better hear of it than wait.
        if error.disposition == .fail || began + .seconds(config.outageWaitSeconds) <= now { refusal = error }
    }

    private func noteConnected() {
        backoff.reset()
        guard outageBegan != nil else { return }
        outageBegan = nil
        logger.notice("the database can be reached again")
    }

    /// When one of them has to be looked at again, whatever happens.
    private func deadline(isSomebodyWaiting: Bool) -> ContinuousClock.Instant? {
        var first: ContinuousClock.Instant?
        func note(_ moment: ContinuousClock.Instant) { first = min(first ?? moment, moment) }
        for connection in all {
            if let deadline = connection.deadline { note(deadline) }
            if all.count > 1, connection.load == 0 { note(connection.lastUse + .seconds(config.idleSecondsMax)) }
        }
        for item in delayed { note(item.due) }
        if all.isEmpty || isSomebodyWaiting && hasRoom && !all.contains(where: \.isConnecting) { note(nextConnect) }
        return first
    }

    // MARK: Endings

    /// Takes the lost connections out, and sorts all that has come to an end.
    private func settle(at now: ContinuousClock.Instant) -> Settled {
        for connection in all {
            connection.flush()
            guard case .lost(let error) = connection.phase else { continue }
            let wasReady = connection.wasReady
            completions += connection.abandon(error)
            all.removeAll { $0 === connection }
            if wasReady { counts.lost += 1 } else { noteFailedConnect(error, now) }
        }
        var settled = Settled(refusal: refusal)
        refusal = nil
        for completion in completions {
            switch completion {
            case .finished(let request, let outcome): settled.finished.append((request, outcome))
            case .unsent(let request): settled.unsent.append(request)
            case .collided(let request, let error): retry(request, after: error, now, &settled)
            }
        }
        completions.removeAll(keepingCapacity: true)
        return settled
    }

    private func retry(
        _ collided: PoolRequest,
        after error: StoreError,
        _ now: ContinuousClock.Instant,
        _ settled: inout Settled
    ) {
        var request = collided
        request.attempts += 1
        guard request.attempts < PoolRequest.attemptsMax else {
            settled.finished.append((request, .failure(error)))
            return
        }
        counts.retries += 1
        var backoff = Backoff(first: .milliseconds(2 << request.attempts), longest: .milliseconds(200))
        delayed.append((now + backoff.next(), request))
    }

    /// Gives up what is still under way, and what waits to be run again.
    private func abandonAll() -> Settled {
        for connection in all { completions += connection.abandon(.outcomeUnknown("closed")) }
        all = []
        var settled = settle(at: .now)
        settled.finished += delayed.map { ($0.request, .failure(StoreError(.closed))) }
        delayed = []
        return settled
    }
}
