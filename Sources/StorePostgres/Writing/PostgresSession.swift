import Glibc
import Store

/// A connection for a thread that may wait: it sends several commands at once and waits for all the answers.
final class PostgresSession {
    enum Command {
        /// A statement without arguments.
        case plain(String)
        case parse(sql: String, name: String)
        case describe(name: String)
        case execute(PreparedStatement, EncodedArguments, limit: Int = .max)
    }

    struct Answer {
        var rows: [SQLRow] = []
        var changedCount = 0
        var tag = ""
        var statement: PreparedStatement?
    }

    /// Why commands that were sent together failed.
    ///
    /// Those before the failed one took effect, those after it did not.
    struct Failure: Error {
        /// Which of the commands failed; `nil` when the connection was lost, with an unknown outcome.
        let index: Int?
        let error: StoreError
        var isStaleStatement = false
    }

    private let handle: PostgresHandle
    private let config: PostgresConfig
    private let patience: Duration
    /// Called several times a second while waiting.
    private let onWaiting: () -> Void
    private var statements = StatementCache<PreparedStatement>(countMax: 256)
    private var statementCount = 0
    private(set) var isLost = false

    /// Connects, and waits for that.
    ///
    /// - Parameters:
    ///   - config: where to, and how long it may take.
    ///   - patience: how long an answer may take before the server counts as lost.
    ///   - onWaiting: called several times a second while waiting.
    /// - Throws: `StoreError`: `.unreachable`, `.accessDenied`, `.noSuchDatabase`, `.insecure`, `.failed`.
    init(
        _ config: PostgresConfig,
        patience: Duration? = nil,
        onWaiting: @escaping () -> Void = {}
    ) throws(StoreError) {
        self.config = config
        // The server gives the statement up first, unless it is gone.
        self.patience = patience ?? .seconds(config.statementTimeoutSeconds + 10)
        self.onWaiting = onWaiting
        handle = try PostgresHandle.start(config)
        try connect()
        guard handle.enterPipelineMode() else { throw StoreError(.unreachable, "pipeline", detail: handle.message) }
    }

    private func connect() throws(StoreError) {
        let deadline = ContinuousClock.now + .seconds(config.connectTimeoutSeconds)
        while true {
            let events: Int32
            switch handle.advance() {
            case .connected: return
            case .failed(let error): throw error
            case .waitsToRead: events = Int32(POLLIN)
            case .waitsToWrite: events = Int32(POLLOUT)
            }
            guard wait(for: events, until: deadline) else {
                throw StoreError(.unreachable, "\(config.host):\(config.port)", detail: "no answer in time")
            }
        }
    }

    /// - Returns: `false` when it is too late.
    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            var descriptor = pollfd(fd: handle.descriptor, events: Int16(events), revents: 0)
            let milliseconds = min(250, left / .milliseconds(1) + 1)
            if poll(&descriptor, 1, Int32(milliseconds)) > 0 { return true }
            onWaiting()
        }
    }

    var isInTransaction: Bool { handle.isInTransaction }

    // MARK: Commands

    /// Sends commands together and waits until all are answered.
    func roundTrip(_ commands: [Command]) throws(Failure) -> [Answer] {
        guard !isLost else { throw Failure(index: nil, error: StoreError(.unreachable, "connection")) }
        let deadline = ContinuousClock.now + patience
        for command in commands {
            guard send(command) else { throw lose("not sent") }
        }
        guard handle.sendSync() else { throw lose("not sent") }
        return try receive(commands, until: deadline)
    }

    private func send(_ command: Command) -> Bool {
        switch command {
        case .plain(let sql): handle.sendPlain(sql)
        case .parse(let sql, let name): handle.sendParse(sql, as: name)
        case .describe(let name): handle.sendDescribe(name)
        case .execute(let statement, let arguments, _): handle.sendExecute(statement.name, arguments)
        }
    }

    private func receive(_ commands: [Command], until deadline: ContinuousClock.Instant) throws(Failure) -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(commands.count)
        var answer = Answer()
        var failure: Failure?
        while true {
            try waitForResult(until: deadline)
            guard let result = handle.nextResult() else {
                // One command is answered.
                answers.append(answer)
                answer = Answer()
                continue
            }
            switch result.status {
            case .sync:
                if let failure { throw failure }
                return answers
            case .aborted: break
            case .failed:
                if handle.isLost { throw lose(result.error.detail) }
                failure =
                    failure
                    ?? Failure(
                        index: answers.count,
                        error: result.error,
                        isStaleStatement: result.state.isStaleStatement
                    )
            case .done:
                guard answers.count < commands.count else { break }
                do throws(StoreError) {
                    answer = try PostgresSession.read(result, of: commands[answers.count])
                } catch {
                    failure = failure ?? Failure(index: answers.count, error: error)
                }
            }
        }
    }

    private static func read(_ result: borrowing PostgresResult, of command: Command) throws(StoreError) -> Answer {
        var answer = Answer(tag: result.tag)
        switch command {
        case .plain, .parse: break
        case .describe(let name): answer.statement = try PreparedStatement(name: name, description: result)
        case .execute(_, _, let limit):
            answer.changedCount = result.changedCount
            answer.rows = try result.rows(limit: limit)
        }
        return answer
    }

    private func waitForResult(until deadline: ContinuousClock.Instant) throws(Failure) {
        while true {
            let flushed = handle.flush()
            if flushed == .nothing { throw lose(handle.message) }
            if !handle.isBusy { return }
            let events = flushed == .part ? Int32(POLLIN | POLLOUT) : Int32(POLLIN)
            guard wait(for: events, until: deadline) else { throw lose("no answer in time") }
            guard handle.consume() else { throw lose(handle.message) }
        }
    }

    private func lose(_ message: String) -> Failure {
        isLost = true
        return Failure(index: nil, error: .outcomeUnknown(message))
    }

    // MARK: Statements

    /// What has to be sent before a statement can be executed; `nil` when it is prepared.
    func preparation(of sql: String) -> [Command]? {
        guard statements[sql] == nil else { return nil }
        statementCount += 1
        let name = "s\(statementCount)"
        return [.parse(sql: sql, name: name), .describe(name: name)]
    }

    func prepared(_ sql: String) -> PreparedStatement? { statements[sql] }

    /// Keeps a statement.
    ///
    /// - Returns: what to send, some time, to make room for it.
    func keep(_ statement: PreparedStatement, of sql: String) -> Command? {
        statements[sql] = statement
        return statements.evict { $0.name != statement.name }.map { .plain("DEALLOCATE \($0.name)") }
    }

    func forget(_ sql: String) { statements[sql] = nil }

    /// Prepares statements outside of a transaction.
    func prepare(_ texts: [String]) throws(StoreError) {
        for sql in texts {
            guard let preparation = preparation(of: sql) else { continue }
            let answers = try run(preparation)
            if let statement = answers.last?.statement { _ = keep(statement, of: sql) }
        }
    }

    // MARK: Outside of transactions

    @discardableResult
    func run(_ commands: [Command]) throws(StoreError) -> [Answer] {
        do throws(Failure) {
            return try roundTrip(commands)
        } catch {
            throw error.error
        }
    }

    /// Runs a text of several statements, as a migration is.
    func runSimple(_ text: String) throws(StoreError) {
        guard handle.exitPipelineMode() else { throw StoreError(.failed, "pipeline", detail: handle.message) }
        let deadline = ContinuousClock.now + patience
        guard handle.sendSimple(text) else { throw lose(handle.message).error }
        var failure: StoreError?
        while true {
            do throws(Failure) { try waitForResult(until: deadline) } catch { throw error.error }
            guard let result = handle.nextResult() else { break }
            if result.status == .failed { failure = failure ?? result.error }
        }
        if let failure { throw failure }
        guard handle.enterPipelineMode() else { throw StoreError(.unreachable, "pipeline", detail: handle.message) }
    }

    /// Runs one statement by itself and returns its rows.
    @discardableResult
    func rows(_ sql: String, _ arguments: [SQLValue] = []) throws(StoreError) -> [SQLRow] {
        try prepare([sql])
        guard let statement = prepared(sql) else { throw StoreError(.failed, "statement") }
        let command = Command.execute(statement, try EncodedArguments(arguments, as: statement.parameterTypes))
        return try run([command]).last?.rows ?? []
    }
}
