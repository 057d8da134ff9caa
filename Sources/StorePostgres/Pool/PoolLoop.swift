import Glibc
import Logging
import Store
import Threading

/// The life of the pool's one thread: it waits on all connections at once and never for one of them.
final class PoolLoop {
    private let config: PostgresConfig
    private let queue: PoolQueue
    private let logger: Logger
    private let onNotice: @Sendable (String) -> Void
    private let ownTag: String

    private var connections: [PoolConnection] = []
    private var completions: [PoolConnection.Completion] = []
    /// Requests that collided, until they are sent again.
    private var delayed: [(due: ContinuousClock.Instant, request: PoolRequest)] = []
    private var backoff = Backoff()
    private var nextConnect = ContinuousClock.now
    private var hasOutage = false

    private var listener: NoticeListener?
    private var listenerBackoff = Backoff()
    private var nextListener = ContinuousClock.now
    private var hasListened = false
    private var wasListening = false
    private var nextNotice: ContinuousClock.Instant?
    private var closingDeadline: ContinuousClock.Instant?

    /// - Parameters:
    ///   - config: where the database is.
    ///   - queue: where the requests come from.
    ///   - logger: told of outages and their ends.
    ///   - onNotice: told, on this thread, of each notice of another daemon; of `*` when some may have been missed.
    init(
        _ config: PostgresConfig,
        queue: PoolQueue,
        logger: Logger,
        onNotice: @escaping @Sendable (String) -> Void
    ) {
        self.config = config
        self.queue = queue
        self.logger = logger
        self.onNotice = onNotice
        ownTag = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// Runs until the queue is closed and everything in it has ended.
    func run() {
        while true {
            let now = ContinuousClock.now
            failOverdue(now)
            if isDone(now) { return }
            keepListening(now)
            sendNotices(now)
            keepConnected(now)
            sendRequests(now)
            settle(now)
            wait(now)
        }
    }

    // MARK: Waiting

    private func wait(_ now: ContinuousClock.Instant) {
        var descriptors = [pollfd(fd: queue.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
        for connection in connections {
            descriptors.append(pollfd(fd: connection.descriptor, events: connection.pollEvents, revents: 0))
        }
        if let listener {
            descriptors.append(pollfd(fd: listener.descriptor, events: listener.pollEvents, revents: 0))
        }
        guard poll(&descriptors, nfds_t(descriptors.count), timeout(now)) >= 0 else { return }
        if descriptors[0].revents != 0 { queue.wakeUp.drain() }
        let later = ContinuousClock.now
        for (connection, descriptor) in zip(connections, descriptors.dropFirst()) {
            if connection.connect(at: later, isReady: descriptor.revents != 0) { noteConnected() }
            if descriptor.revents != 0 { connection.receive(&completions) }
        }
        if let listener {
            let isReady = descriptors[descriptors.count - 1].revents != 0
            for payload in listener.advance(at: later, isReady: isReady) { receive(payload) }
        }
        settle(later)
    }

    /// Until when `poll` may wait, in milliseconds.
    private func timeout(_ now: ContinuousClock.Instant) -> Int32 {
        var deadlines = connections.compactMap(\.deadline) + delayed.map(\.due)
        if connections.isEmpty { deadlines.append(nextConnect) }
        let isWaiting = queue.firstDeadline.map { deadlines.append($0) } != nil
        if isWaiting, !connections.contains(where: \.isConnecting), hasRoom { deadlines.append(nextConnect) }
        if let deadline = listener?.deadline { deadlines.append(deadline) }
        if listener == nil { deadlines.append(nextListener) }
        if let nextNotice { deadlines.append(nextNotice) }
        if let closingDeadline { deadlines.append(closingDeadline) }
        if connections.count > 1 {
            deadlines += connections.filter { $0.load == 0 }.map { $0.lastUse + .seconds(config.idleSecondsMax) }
        }
        guard let first = deadlines.min() else { return -1 }
        let left = now.duration(to: first)
        return left <= .zero ? 0 : Int32(min(60_000, left / .milliseconds(1) + 1))
    }

    // MARK: Connections

    private var hasRoom: Bool {
        connections.count < min(max(1, config.connectionsMax), PostgresConfig.connectionsLimit)
    }

    /// Opens another connection when all are busy, and closes those that have not been used for long.
    private func keepConnected(_ now: ContinuousClock.Instant) {
        let idleMax = Duration.seconds(config.idleSecondsMax)
        while connections.count > 1,
            let index = connections.firstIndex(where: { $0.isReady && $0.load == 0 && $0.lastUse + idleMax <= now })
        {
            connections.remove(at: index)
        }
        let areAllBusy = connections.allSatisfy { $0.isReady && $0.load > 0 }
        guard connections.isEmpty || queue.waitingCount > 0 && areAllBusy, hasRoom, now >= nextConnect else { return }
        do throws(StoreError) {
            let connection = try PoolConnection(config, at: now)
            // What cannot even begin has no descriptor to wait on.
            connection.connect(at: now, isReady: false)
            connections.append(connection)
        } catch {
            noteFailedConnect(error, now)
        }
    }

    private func noteFailedConnect(_ error: StoreError, _ now: ContinuousClock.Instant) {
        nextConnect = now + backoff.next()
        queue.count { $0.failedConnects += 1 }
        guard !connections.contains(where: \.isReady) else { return }
        if !hasOutage {
            logger.error("the database cannot be reached", metadata: ["error": "\(error)"])
            hasOutage = true
        }
        // Waiting longer does not help those whom the server does not let in.
        guard error.disposition == .fail else { return }
        for request in queue.takeAll(where: { _ in true }) { request.fail(error) }
    }

    private func noteConnected() {
        backoff.reset()
        guard hasOutage else { return }
        hasOutage = false
        logger.notice("the database can be reached again")
    }

    /// Takes the lost connections out, and deals with all that has come to an end.
    private func settle(_ now: ContinuousClock.Instant) {
        for connection in connections {
            connection.flush()
            guard case .lost(let error) = connection.phase else { continue }
            let wasReady = connection.wasReady
            completions += connection.abandon(error)
            connections.removeAll { $0 === connection }
            if wasReady { queue.count { $0.lost += 1 } } else { noteFailedConnect(error, now) }
        }
        deal(now)
        let open = connections.filter(\.isReady)
        let inFlight = open.reduce(0) { $0 + $1.load }
        let isListening = listener?.isListening ?? false
        queue.count { statistics in
            statistics.open = open.count
            statistics.inFlight = inFlight
            statistics.isListening = isListening
        }
    }

    private func deal(_ now: ContinuousClock.Instant) {
        guard !completions.isEmpty else { return }
        var unsent: [PoolRequest] = []
        var retries: UInt64 = 0
        for completion in completions {
            switch completion {
            case .finished(let request, let outcome): request.finish(outcome)
            case .unsent(let request): unsent.append(request)
            case .collided(var request, let error):
                request.attempts += 1
                guard request.attempts < PoolRequest.attemptsMax else {
                    request.fail(error)
                    continue
                }
                retries += 1
                var backoff = Backoff(first: .milliseconds(2 << request.attempts), longest: .milliseconds(200))
                delayed.append((now + backoff.next(), request))
            }
        }
        completions.removeAll(keepingCapacity: true)
        if !unsent.isEmpty { queue.putBack(unsent) }
        if retries > 0 { queue.count { $0.retries += retries } }
    }

    // MARK: Requests

    private func sendRequests(_ now: ContinuousClock.Instant) {
        let due = delayed.filter { $0.due <= now }.map(\.request)
        if !due.isEmpty {
            delayed.removeAll { $0.due <= now }
            queue.putBack(due)
        }
        // Those that would queue up behind others get another connection, if there can be one soon.
        let canGrow = connections.contains(where: \.isConnecting) || hasRoom && now >= nextConnect
        let loadMax = canGrow ? min(config.inFlightMax, PoolLoop.growingLoad) : config.inFlightMax
        while let connection = leastLoaded(below: max(1, loadMax)), let request = queue.take() {
            connection.send(request, at: now, &completions)
        }
    }

    /// With so much under way on each, another connection is opened.
    private static let growingLoad = 1

    private func leastLoaded(below loadMax: Int) -> PoolConnection? {
        let best = connections.filter(\.isReady).min { $0.load < $1.load }
        guard let best, best.load < loadMax else { return nil }
        return best
    }

    private func failOverdue(_ now: ContinuousClock.Instant) {
        for request in queue.takeAll(where: { $0.deadline <= now }) {
            request.fail(StoreError(.unreachable, "no connection", detail: "the statement has not been sent"))
        }
    }

    private func isDone(_ now: ContinuousClock.Instant) -> Bool {
        guard queue.isClosed else { return false }
        let deadline = closingDeadline ?? now + .seconds(config.connectTimeoutSeconds + config.statementTimeoutSeconds)
        closingDeadline = deadline
        let isIdle = queue.waitingCount == 0 && delayed.isEmpty && connections.allSatisfy { $0.load == 0 }
        guard isIdle || now >= deadline else { return false }
        for connection in connections { completions += connection.abandon(.outcomeUnknown("closed")) }
        deal(now)
        for request in queue.takeAll(where: { _ in true }) + delayed.map(\.request) {
            request.fail(StoreError(.closed))
        }
        return true
    }

    // MARK: Notices

    private func keepListening(_ now: ContinuousClock.Instant) {
        if let failure = listener?.failure {
            if listenerBackoff.failures == 0 {
                logger.warning("notices of other daemons do not arrive", metadata: ["error": "\(failure)"])
            }
            listener = nil
            nextListener = now + listenerBackoff.next()
        }
        if listener == nil, now >= nextListener {
            // Without memory for a connection it is tried again like any other failure.
            listener = try? NoticeListener(config, at: now)
            if let listener {
                _ = listener.advance(at: now, isReady: false)
            } else {
                nextListener = now + listenerBackoff.next()
            }
            wasListening = false
        }
        guard let listener, listener.isListening, !wasListening else { return }
        wasListening = true
        listenerBackoff.reset()
        // What was said in between is lost: let everybody look.
        if hasListened { onNotice("*") }
        hasListened = true
    }

    private func receive(_ payload: String) {
        guard let colon = payload.firstIndex(of: ":"), payload[..<colon] != ownTag else { return }
        onNotice(String(payload[payload.index(after: colon)...]))
    }

    private func sendNotices(_ now: ContinuousClock.Instant) {
        // Without a connection they wait for one.
        guard let connection = leastLoaded(below: .max) else {
            nextNotice = nil
            return
        }
        let (names, next) = queue.takeNotices(at: now)
        nextNotice = next
        for name in names {
            let request = PoolRequest(
                ticket: 0,
                sql: "SELECT pg_notify('\(NoticeListener.channel)', $1)",
                arguments: [.text("\(ownTag):\(name)")],
                limit: 1,
                deadline: now,
                continuation: nil
            )
            connection.send(request, at: now, &completions)
        }
    }
}
