import DequeModule
import Logging
import Store
import Threading

/// What callers on any thread and the pool's thread share: who waits, and what is to be told to others.
final class PoolQueue: Sendable {
    private struct State {
        var waiting: Deque<PoolRequest> = []
        var lastTicket: UInt64 = 0
        var notices = NoticeGate()
        var isClosed = false
        var statistics = PoolStatistics()
    }

    private let waitingMax: Int
    private let patience: Duration
    private let state = Mutex(State())
    let wakeUp: WakeUp
    /// The lock is taken before that of `state`, never the other way round.
    let connections: Mutex<PoolConnections>

    init(_ config: PostgresConfig, logger: Logger) throws(ThreadError) {
        connections = Mutex(PoolConnections(config, logger: logger))
        waitingMax = config.waitingMax
        patience = .seconds(config.waitTimeoutSeconds)
        wakeUp = try WakeUp()
    }

    // MARK: The callers' side

    /// Sends a statement, or queues it, and waits for its rows.
    ///
    /// Cancellation takes it out if it has not been sent yet; otherwise the outcome is awaited.
    func run(_ sql: String, _ arguments: [SQLValue], limit: Int) async throws(StoreError) -> [SQLRow] {
        let ticket = state.withLock { state -> UInt64 in
            state.lastTicket += 1
            return state.lastTicket
        }
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let now = ContinuousClock.now
                let request = PoolRequest(
                    ticket: ticket,
                    sql: sql,
                    arguments: arguments,
                    limit: limit,
                    deadline: now + patience,
                    continuation: continuation
                )
                if !sendNow(request, now) { enqueue(request) }
            }
        } onCancel: {
            withdraw(ticket)
        }
        return try outcome.get()
    }

    /// Sends on a free connection from the caller's own thread, which saves waking the pool's.
    ///
    /// Nobody is waited for: while the pool's thread is at work on the connections, requests queue up for it.
    private func sendNow(_ request: PoolRequest, _ now: ContinuousClock.Instant) -> Bool {
        guard !Task.isCancelled else { return false }
        let needsThread = connections.withLockIfAvailable { connections -> Bool? in
            // Those that wait already come first.
            guard state.withLock({ !$0.isClosed && $0.waiting.isEmpty }) else { return nil }
            let needsThread = connections.sendIfFree(request, at: now)
            if needsThread != nil { state.withLock { $0.statistics.inFlight += 1 } }
            return needsThread
        }
        guard let needsThread, let needsThread else { return false }
        if needsThread { wakeUp.signal() }
        return true
    }

    private func enqueue(_ request: PoolRequest) {
        let refusal = state.withLock { state -> StoreError.Code? in
            // The cancellation handler may have run before the request was there to be withdrawn.
            if Task.isCancelled { return .cancelled }
            if state.isClosed { return .closed }
            guard state.waiting.count < waitingMax else {
                state.statistics.refused += 1
                return .busy
            }
            state.waiting.append(request)
            // With others before it, a signal is pending or the thread is at work.
            if state.waiting.count == 1 { wakeUp.signal() }
            return nil
        }
        if let refusal { request.fail(StoreError(refusal)) }
    }

    private func withdraw(_ ticket: UInt64) {
        let request = state.withLock { state -> PoolRequest? in
            guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            return state.waiting.remove(at: index)
        }
        request?.fail(StoreError(.cancelled))
    }

    /// Tells the other daemons.
    func post(_ name: String) {
        state.withLock { state in
            if !state.isClosed, state.notices.post(name) { wakeUp.signal() }
        }
    }

    /// Refuses everything from now on; what is queued is still run.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    var statistics: PoolStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.waiting = state.waiting.count
            return statistics
        }
    }

    // MARK: The pool's side

    var isClosed: Bool { state.withLock { $0.isClosed } }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Until when the one that has waited longest may wait.
    var firstDeadline: ContinuousClock.Instant? { state.withLock { $0.waiting.first?.deadline } }

    func take() -> PoolRequest? { state.withLock { $0.waiting.popFirst() } }

    /// Fails those that have waited as long as they may.
    func failOverdue(at now: ContinuousClock.Instant) {
        let error = StoreError(.unreachable, "no connection", detail: "the statement has not been sent")
        for request in takeAll(where: { $0.deadline <= now }) { request.fail(error) }
    }

    /// Fails everything that waits.
    func failAll(_ error: StoreError) {
        for request in takeAll(where: { _ in true }) { request.fail(error) }
    }

    private func takeAll(where mayTake: (PoolRequest) -> Bool) -> [PoolRequest] {
        state.withLock { state in
            var taken: [PoolRequest] = []
            while let first = state.waiting.first, mayTake(first) {
                taken.append(first)
                state.waiting.removeFirst()
            }
            return taken
        }
    }

    /// Puts requests that were never sent back in front.
    func putBack(_ requests: [PoolRequest]) {
        state.withLock { $0.waiting.insert(contentsOf: requests, at: 0) }
    }

    /// The names to tell others now, and when to look again.
    func takeNotices(at now: ContinuousClock.Instant) -> (names: [String], next: ContinuousClock.Instant?) {
        state.withLock { $0.notices.due(at: now) }
    }

    /// Publishes how the connections are doing.
    func note(_ connections: PoolStatistics) {
        state.withLock { state in
            var statistics = connections
            statistics.refused = state.statistics.refused
            statistics.isListening = state.statistics.isListening
            state.statistics = statistics
        }
    }

    func note(isListening: Bool) { state.withLock { $0.statistics.isListening = isListening } }
}

/// Decides when a notice goes out: at once, or with what else comes within a few milliseconds.
///
/// A plain value. Each notice serialises the commits of the whole server for a moment, so there may not be many.
struct NoticeGate: Sendable {
    static let interval = Duration.milliseconds(5)
    /// Names that wait; what comes beyond them is dropped, as hints may be.
    static let countMax = 1024

    private var waiting: Set<String> = []
    private var lastSent: [String: ContinuousClock.Instant] = [:]

    /// - Returns: whether somebody has to look.
    mutating func post(_ name: String) -> Bool {
        guard waiting.count < NoticeGate.countMax else { return false }
        return waiting.insert(name).inserted
    }

    /// - Returns: the names to send now, and when the next is due.
    mutating func due(at now: ContinuousClock.Instant) -> (names: [String], next: ContinuousClock.Instant?) {
        guard !waiting.isEmpty else { return ([], nil) }
        lastSent = lastSent.filter { $0.value + NoticeGate.interval > now }
        let names = waiting.filter { lastSent[$0] == nil }.sorted()
        for name in names {
            waiting.remove(name)
            lastSent[name] = now
        }
        let next = waiting.compactMap { lastSent[$0] }.min().map { $0 + NoticeGate.interval }
        return (names, next)
    }
}
