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

    private var listener: NoticeListener?
    private var listenerBackoff = Backoff()
    private var nextListener = ContinuousClock.now
    private var hasListened = false
    private var wasListening = false
    private var closingDeadline: ContinuousClock.Instant?

    /// - Parameters:
    ///   - config: where the database is.
    ///   - queue: where the requests come from.
    ///   - logger: told of notices that do not arrive.
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
            queue.failOverdue(at: now)
            keepListening(now)
            let closing = closingDeadline(now)
            let turn = queue.connections.withLock { [queue, ownTag] connections in
                connections.turn(at: now, from: queue, tag: ownTag, closing: closing)
            }
            conclude(turn.settled)
            if turn.isDone { return queue.failAll(StoreError(.closed)) }
            // What has come back goes to another connection, or waits for one.
            guard turn.settled.unsent.isEmpty else { continue }
            wait(turn, now)
        }
    }

    private func wait(_ turn: PoolConnections.Turn, _ now: ContinuousClock.Instant) {
        var descriptors = turn.descriptors
        descriptors.append(pollfd(fd: queue.wakeUp.descriptor, events: Int16(POLLIN), revents: 0))
        if let listener {
            descriptors.append(pollfd(fd: listener.descriptor, events: listener.pollEvents, revents: 0))
        }
        guard poll(&descriptors, nfds_t(descriptors.count), timeout(turn, now)) >= 0 else { return }
        let isReady = descriptors.map { $0.revents != 0 }
        if isReady[turn.descriptors.count] { queue.wakeUp.drain() }
        let later = ContinuousClock.now
        conclude(queue.connections.withLock { $0.receive(isReady, at: later) })
        guard let listener else { return }
        for payload in listener.advance(at: later, isReady: isReady[isReady.count - 1]) { receive(payload) }
    }

    /// Until when `poll` may wait, in milliseconds.
    private func timeout(_ turn: PoolConnections.Turn, _ now: ContinuousClock.Instant) -> Int32 {
        let listening = listener == nil ? nextListener : listener?.deadline
        let deadlines = [turn.deadline, turn.nextNotice, listening, closingDeadline, queue.firstDeadline]
        guard let first = deadlines.compactMap(\.self).min() else { return -1 }
        let left = now.duration(to: first)
        return left <= .zero ? 0 : Int32(min(60_000, left / .milliseconds(1) + 1))
    }

    /// Tells the callers; without the lock, which they may want at once.
    private func conclude(_ settled: PoolConnections.Settled) {
        for (request, outcome) in settled.finished { request.finish(outcome) }
        if !settled.unsent.isEmpty { queue.putBack(settled.unsent) }
        if let refusal = settled.refusal { queue.failAll(refusal) }
    }

    /// Until when what is under way may end; `nil` while the queue is open.
    private func closingDeadline(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard queue.isClosed else { return nil }
        let deadline = closingDeadline ?? now + .seconds(config.connectTimeoutSeconds + config.statementTimeoutSeconds)
        closingDeadline = deadline
        return deadline
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
        queue.note(isListening: listener?.isListening ?? false)
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
}
