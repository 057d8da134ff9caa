import DequeModule
import Glibc
import Store

/// One of the pool's connections, in pipeline mode: sends statements without waiting, and sorts out the answers.
///
/// Each statement has a sync of its own and thereby is a transaction of its own. It counts as done only when that sync
/// is answered: a statement's own answer comes before its commit.
final class PoolConnection {
    enum Phase {
        case connecting(until: ContinuousClock.Instant, waitsFor: Int16)
        case ready
        case lost(StoreError)
    }

    /// What is known of a request at its end.
    enum Completion {
        case finished(PoolRequest, PoolRequest.Outcome)
        /// It had no effect, and may have one when run again.
        case collided(PoolRequest, StoreError)
        /// It was never run.
        case unsent(PoolRequest)
    }

    private enum Statement {
        case parsing(waiting: [PoolRequest])
        case ready(PreparedStatement)
    }

    /// What the server owes us, in order.
    private enum Expected {
        case parsed
        case described(sql: String, name: String)
        case executed(PoolRequest)
        case deallocated
        case synced(Exchange)
    }

    /// What stands between two syncs.
    private enum Exchange {
        case preparation(sql: String)
        case request(PoolRequest)
        case housekeeping
    }

    private let handle: PostgresHandle
    private let config: PostgresConfig
    private(set) var phase: Phase
    private var statements = StatementCache<Statement>(countMax: 256)
    private var statementCount = 0
    private var expected: Deque<Expected> = []
    /// What has come of the exchange at the head of `expected`.
    private var description: Result<PreparedStatement, StoreError>?
    private var rows: PoolRequest.Outcome?
    private var failure: (error: StoreError, state: SQLState)?
    private var hasUnflushed = false
    /// Whether it could ever be used.
    private(set) var wasReady = false
    /// Requests accepted and not yet completed.
    private(set) var load = 0
    private(set) var lastUse: ContinuousClock.Instant

    init(_ config: PostgresConfig, at now: ContinuousClock.Instant) throws(StoreError) {
        self.config = config
        handle = try PostgresHandle.start(config)
        phase = .connecting(until: now + .seconds(config.connectTimeoutSeconds), waitsFor: Int16(POLLOUT))
        lastUse = now
    }

    var isReady: Bool { if case .ready = phase { true } else { false } }
    var isConnecting: Bool { if case .connecting = phase { true } else { false } }

    /// Whether something is left to do for it before anything arrives.
    var needsAttention: Bool { hasUnflushed || !isReady }

    var descriptor: Int32 { handle.descriptor }

    var pollEvents: Int16 {
        switch phase {
        case .connecting(_, let events): events
        case .ready: hasUnflushed ? Int16(POLLIN | POLLOUT) : Int16(POLLIN)
        case .lost: 0
        }
    }

    /// When it has to be looked at again, whatever happens.
    var deadline: ContinuousClock.Instant? { if case .connecting(let until, _) = phase { until } else { nil } }

    // MARK: Connecting

    /// Goes on connecting, or gives up.
    ///
    /// - Returns: whether it has succeeded just now.
    @discardableResult
    func connect(at now: ContinuousClock.Instant, isReady: Bool) -> Bool {
        guard case .connecting(let until, _) = phase else { return false }
        guard isReady || handle.isLost else {
            let error = StoreError(.unreachable, "\(config.host):\(config.port)", detail: "no answer in time")
            if now >= until { phase = .lost(error) }
            return false
        }
        switch handle.advance() {
        case .waitsToRead: phase = .connecting(until: until, waitsFor: Int16(POLLIN))
        case .waitsToWrite: phase = .connecting(until: until, waitsFor: Int16(POLLOUT))
        case .failed(let error): phase = .lost(error)
        case .connected:
            wasReady = handle.enterPipelineMode()
            phase = wasReady ? .ready : .lost(StoreError(.unreachable, "pipeline"))
        }
        return wasReady
    }

    // MARK: Sending

    func send(_ request: PoolRequest, at now: ContinuousClock.Instant, _ completions: inout [Completion]) {
        load += 1
        lastUse = now
        switch statements[request.sql] {
        case .ready(let statement): execute(request, statement, &completions)
        case .parsing(let waiting): statements[request.sql] = .parsing(waiting: waiting + [request])
        case nil:
            makeRoom()
            statementCount += 1
            let name = "s\(statementCount)"
            statements[request.sql] = .parsing(waiting: [request])
            queue([.parsed, .described(sql: request.sql, name: name)], of: .preparation(sql: request.sql)) {
                handle.sendParse(request.sql, as: name) && handle.sendDescribe(name)
            }
        }
    }

    private func execute(_ request: PoolRequest, _ statement: PreparedStatement, _ completions: inout [Completion]) {
        do throws(StoreError) {
            let arguments = try EncodedArguments(request.arguments, as: statement.parameterTypes)
            queue([.executed(request)], of: .request(request)) { handle.sendExecute(statement.name, arguments) }
        } catch {
            complete(.finished(request, .failure(error)), &completions)
        }
    }

    private func makeRoom() {
        let evicted = statements.evict { if case .ready = $0 { true } else { false } }
        guard case .ready(let statement) = evicted else { return }
        queue([.deallocated], of: .housekeeping) { handle.sendPlain("DEALLOCATE \(statement.name)") }
    }

    private func queue(_ commands: [Expected], of exchange: Exchange, _ send: () -> Bool) {
        expected.append(contentsOf: commands)
        expected.append(.synced(exchange))
        guard send(), handle.sendSync() else {
            phase = .lost(.outcomeUnknown(handle.message))
            return
        }
        hasUnflushed = true
    }

    /// Hands what was sent to the system.
    func flush() {
        guard isReady, hasUnflushed else { return }
        switch handle.flush() {
        case .everything: hasUnflushed = false
        case .part: break
        case .nothing: phase = .lost(.outcomeUnknown(handle.message))
        }
    }

    // MARK: Receiving

    /// Takes in what has arrived.
    func receive(_ completions: inout [Completion]) {
        guard isReady else { return }
        let isOpen = handle.consume()
        readResults(&completions)
        if isReady, !isOpen || handle.isLost { phase = .lost(.outcomeUnknown(handle.message)) }
    }

    private func readResults(_ completions: inout [Completion]) {
        var emptyCount = 0
        while let head = expected.first, !handle.isBusy {
            guard let result = handle.nextResult() else {
                // The end of one command's results. Before the answer to a sync there may be one more, behind the
                // failure of the commit; after that, nothing has arrived.
                if case .synced = head {
                    emptyCount += 1
                    if emptyCount > 1 { return }
                } else {
                    expected.removeFirst()
                }
                continue
            }
            emptyCount = 0
            switch result.status {
            case .sync:
                expected.removeFirst()
                if case .synced(let exchange) = head { finish(exchange, &completions) }
            case .failed:
                if handle.isLost { return }
                failure = failure ?? (result.error, result.state)
            case .aborted: break
            case .done: note(result, of: head)
            }
        }
    }

    private func note(_ result: borrowing PostgresResult, of command: Expected) {
        do throws(StoreError) {
            switch command {
            case .described(_, let name):
                description = .success(try PreparedStatement(name: name, description: result))
            case .executed(let request): rows = .success(try result.rows(limit: request.limit))
            case .parsed, .deallocated, .synced: break
            }
        } catch {
            if case .described = command { description = .failure(error) } else { rows = .failure(error) }
        }
    }

    /// The server has answered a sync: what stood before it is committed or has failed.
    private func finish(_ exchange: Exchange, _ completions: inout [Completion]) {
        defer {
            description = nil
            rows = nil
            failure = nil
        }
        switch exchange {
        case .housekeeping: break
        case .preparation(let sql): finishPreparation(of: sql, &completions)
        case .request(let request): finish(request, &completions)
        }
        // A statement that leaves a transaction open would take what follows into it.
        if handle.isInTransaction { phase = .lost(StoreError(.unreachable, "transaction left open")) }
    }

    private func finishPreparation(of sql: String, _ completions: inout [Completion]) {
        guard case .parsing(let waiting) = statements[sql] else { return }
        let outcome = failure.map { .failure($0.error) } ?? description ?? .failure(StoreError(.failed, "statement"))
        switch outcome {
        case .success(let statement):
            statements[sql] = .ready(statement)
            for request in waiting { execute(request, statement, &completions) }
        case .failure(let error):
            statements[sql] = nil
            for request in waiting { complete(.finished(request, .failure(error)), &completions) }
        }
    }

    private func finish(_ request: PoolRequest, _ completions: inout [Completion]) {
        guard let failure else {
            complete(.finished(request, rows ?? .success([])), &completions)
            return
        }
        if failure.state.isStaleStatement { statements[request.sql] = nil }
        let mayRetry = failure.state.isStaleStatement || failure.state.isCollision
        complete(
            mayRetry ? .collided(request, failure.error) : .finished(request, .failure(failure.error)),
            &completions
        )
    }

    private func complete(_ completion: Completion, _ completions: inout [Completion]) {
        load -= 1
        completions.append(completion)
    }

    // MARK: Ending

    /// What becomes of its requests when it is lost: those that were sent have an unknown outcome and fail, the others
    /// can go elsewhere.
    func abandon(_ error: StoreError) -> [Completion] {
        var completions: [Completion] = []
        var parked: [PoolRequest] = []
        for item in expected {
            switch item {
            case .synced(.request(let request)): completions.append(.finished(request, .failure(error)))
            case .synced(.preparation(let sql)):
                if case .parsing(let waiting) = statements[sql] { parked += waiting }
                statements[sql] = nil
            case .parsed, .described, .executed, .deallocated, .synced(.housekeeping): break
            }
        }
        expected.removeAll()
        load = 0
        return completions + parked.sorted { $0.ticket < $1.ticket }.map { .unsent($0) }
    }
}
