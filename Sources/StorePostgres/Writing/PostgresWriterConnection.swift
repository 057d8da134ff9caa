import Bus
import Store

/// The writer's connection: the transaction of a group of units, in as few round trips as it takes.
///
/// What needs no answer waits in `pending` and goes out together with the next statement that does. Events gather in
/// `events` and become one statement. A savepoint is set only when a unit runs a statement in it.
final class PostgresWriterConnection: WriterConnection {
    private enum Unit {
        case none
        /// Its savepoint would be behind so many of the gathered events.
        case begun(eventCount: Int)
        /// Its savepoint is set; fresh while nothing has happened since.
        case set(isFresh: Bool)
    }

    let isShared = true
    private let config: PostgresConfig
    private var session: PostgresSession?
    private var backoff = Backoff()
    private var nextAttempt = ContinuousClock.now
    private var lastRefusal = StoreError(.unreachable)

    private(set) var isInTransaction = false
    private var pending: [PostgresSession.Command] = []
    private var events = EventRows()
    private var unit = Unit.none

    init(_ config: PostgresConfig, session: PostgresSession) throws(StoreError) {
        self.config = config
        self.session = session
        try session.prepare(PostgresWriterConnection.always)
    }

    private static let position = "SELECT head, oldest, size_bytes FROM log_position"
    private static let lockedPosition = position + " FOR UPDATE"
    private static let savePosition = "UPDATE log_position SET head = $1, oldest = $2, size_bytes = $3"
    /// Prepared as soon as there is a connection.
    private static let always = [position, lockedPosition, savePosition, EventRows.insertion, StoredEvents.range]

    func exclusively(_ body: () -> Void) { body() }

    // MARK: The connection

    private func connected() throws(StoreError) -> PostgresSession {
        if let session, !session.isLost { return session }
        session = nil
        // The units of the moment hear of it at once instead of waiting for their turn to try.
        guard ContinuousClock.now >= nextAttempt else { throw lastRefusal }
        do {
            let new = try PostgresSession(config)
            try new.prepare(PostgresWriterConnection.always)
            session = new
            backoff.reset()
            return new
        } catch {
            lastRefusal = error
            nextAttempt = ContinuousClock.now + backoff.next()
            throw error
        }
    }

    /// Runs commands that change nothing by themselves; once more if the connection turns out to have ended.
    private func runAgainIfLost(
        _ commands: (PostgresSession) throws(StoreError) -> [PostgresSession.Command]
    ) throws(StoreError) -> [PostgresSession.Answer] {
        let session = try connected()
        do throws(PostgresSession.Failure) {
            return try session.roundTrip(try PostgresWriterConnection.failing(session, commands))
        } catch {
            guard session.isLost else { throw error.error }
        }
        let next = try connected()
        return try next.run(try commands(next))
    }

    private static func failing(
        _ session: PostgresSession,
        _ commands: (PostgresSession) throws(StoreError) -> [PostgresSession.Command]
    ) throws(PostgresSession.Failure) -> [PostgresSession.Command] {
        do throws(StoreError) {
            return try commands(session)
        } catch {
            throw PostgresSession.Failure(index: 0, error: error)
        }
    }

    private func command(
        _ sql: String,
        _ arguments: [SQLValue] = [],
        on session: PostgresSession
    ) throws(StoreError) -> PostgresSession.Command {
        guard let statement = session.prepared(sql) else { throw StoreError(.failed, "statement") }
        return .execute(statement, try EncodedArguments(arguments, as: statement.parameterTypes))
    }

    func close() { session = nil }

    // MARK: The transaction

    func begin() throws(StoreError) -> LogPosition? {
        do throws(StoreError) {
            let answers = try runAgainIfLost { session throws(StoreError) in
                [.plain("BEGIN"), try command(PostgresWriterConnection.lockedPosition, on: session)]
            }
            isInTransaction = true
            return try PostgresWriterConnection.position(answers.last?.rows)
        } catch {
            throw abandon(error)
        }
    }

    func commit() throws(StoreError) {
        flushEvents()
        let answers = try sendPending(and: [.plain("COMMIT")])
        guard answers.last?.tag == "COMMIT" else { throw abandon(StoreError(.failed, "commit")) }
        isInTransaction = false
    }

    func rollBack() { _ = abandon(StoreError(.failed)) }

    /// Ends the transaction without a trace, as after a failure that it cannot survive.
    private func abandon(_ error: StoreError) -> StoreError {
        isInTransaction = false
        pending.removeAll()
        events = EventRows()
        unit = .none
        guard let session, !session.isLost, session.isInTransaction else { return error }
        // At once, so that others can go on; if it fails the connection is lost, and the transaction with it.
        _ = try? session.run([.plain("ROLLBACK")])
        return error
    }

    /// Sends what waits and some more.
    ///
    /// - Returns: the answers to all of it.
    /// - Throws: `StoreError` when the transaction is lost.
    private func sendPending(and more: [PostgresSession.Command]) throws(StoreError) -> [PostgresSession.Answer] {
        guard isInTransaction, let session else { throw StoreError(.unreachable, "transaction") }
        let commands = pending + more
        pending.removeAll()
        do throws(PostgresSession.Failure) {
            return try session.roundTrip(commands)
        } catch {
            throw abandon(error.error)
        }
    }

    // MARK: Units

    func beginSavepoint() throws(StoreError) { unit = .begun(eventCount: events.count) }

    func releaseSavepoint() throws(StoreError) {
        if case .set = unit { pending.append(.plain("RELEASE SAVEPOINT unit")) }
        unit = .none
    }

    func rollBackToSavepoint() throws(StoreError) {
        switch unit {
        case .none: break
        case .begun(let count): events.removeAll(from: count)
        case .set:
            events = EventRows()
            pending.append(.plain("ROLLBACK TO SAVEPOINT unit"))
            pending.append(.plain("RELEASE SAVEPOINT unit"))
        }
        unit = .none
    }

    /// Gets everything in its place before a statement of a unit.
    private func setSavepoint() {
        if case .begun(let count) = unit {
            flushEvents(first: count)
            pending.append(.plain("SAVEPOINT unit"))
            unit = .set(isFresh: events.count == 0)
        }
        flushEvents()
    }

    // MARK: Events

    func insert(_ header: EnvelopeHeader, payload: [UInt8], mayConflict: Bool) throws(StoreError) {
        guard mayConflict else {
            events.append(header, payload: payload)
            if events.sizeBytes > EventRows.sizeBytesMax { setSavepoint() }
            return
        }
        setSavepoint()
        var alone = EventRows()
        alone.append(header, payload: payload)
        guard let row = alone.takeFirst(1) else { return }
        _ = try runGuarded([EventRows.insertion]) { prepared throws(StoreError) in [.execute(prepared[0], row)] }
    }

    private func flushEvents(first count: Int? = nil) {
        guard let arguments = events.takeFirst(count ?? events.count),
            let statement = session?.prepared(EventRows.insertion)
        else { return }
        pending.append(.execute(statement, arguments))
        if case .set = unit { unit = .set(isFresh: false) }
    }

    func savePosition(_ position: LogPosition) throws(StoreError) {
        guard let session else { throw StoreError(.unreachable, "transaction") }
        pending.append(
            try command(
                PostgresWriterConnection.savePosition,
                [
                    .integer(Int64(clamping: position.head)), .integer(Int64(clamping: position.oldest)),
                    .integer(Int64(clamping: position.sizeBytes)),
                ],
                on: session
            )
        )
    }

    // MARK: Statements

    func run(_ statements: [BoundStatement]) throws(StoreError) -> [StatementAnswer] {
        setSavepoint()
        let answers = try runGuarded(statements.map(\.sql.postgres)) { prepared throws(StoreError) in
            var commands: [PostgresSession.Command] = []
            for (statement, prepared) in zip(statements, prepared) {
                let arguments = try EncodedArguments(statement.arguments, as: prepared.parameterTypes)
                commands.append(.execute(prepared, arguments, limit: statement.rowsMax))
            }
            return commands
        }
        return answers.map { StatementAnswer(changedCount: $0.changedCount, rows: $0.rows) }
    }

    /// Runs statements, each of which has its commands, so that the transaction survives their failure.
    private func runGuarded(
        _ texts: [String],
        _ commands: ([PreparedStatement]) throws(StoreError) -> [PostgresSession.Command]
    ) throws(StoreError) -> ArraySlice<PostgresSession.Answer> {
        guard isInTransaction, let session else { throw StoreError(.unreachable, "transaction") }
        let isUnitFresh = if case .set(isFresh: true) = unit { true } else { false }
        // A unit that has done nothing yet can go back to its own savepoint.
        let savepoint = isUnitFresh ? "unit" : "statement"
        if !isUnitFresh { pending.append(.plain("SAVEPOINT statement")) }
        let release: [PostgresSession.Command] = isUnitFresh ? [] : [.plain("RELEASE SAVEPOINT statement")]
        do throws(StoreError) {
            var prepared: [PreparedStatement] = []
            for text in texts { prepared.append(try prepare(text, on: session)) }
            let answers = try attempt(try commands(prepared), of: texts, on: session)
            // Not before: an answer that is too long is refused here, when the server has done all it was sent.
            pending += release
            if case .set = unit { unit = .set(isFresh: false) }
            guard session.isInTransaction else { throw abandon(StoreError(.failed, "transaction ended")) }
            return answers
        } catch {
            guard isInTransaction else { throw error }
            pending.append(.plain("ROLLBACK TO SAVEPOINT \(savepoint)"))
            pending += release
            throw error
        }
    }

    private func prepare(_ sql: String, on session: PostgresSession) throws(StoreError) -> PreparedStatement {
        if let statement = session.prepared(sql) { return statement }
        guard let preparation = session.preparation(of: sql) else { throw StoreError(.failed, "statement") }
        let answers = try attempt(preparation, of: [sql], on: session)
        guard let statement = answers.last?.statement else { throw StoreError(.failed, "statement") }
        if let eviction = session.keep(statement, of: sql) { pending.append(eviction) }
        return statement
    }

    /// Sends what waits, then commands of which the first few may fail.
    ///
    /// - Returns: the answers to the latter.
    private func attempt(
        _ commands: [PostgresSession.Command],
        of texts: [String],
        on session: PostgresSession
    ) throws(StoreError) -> ArraySlice<PostgresSession.Answer> {
        let waitingCount = pending.count
        let all = pending + commands
        pending.removeAll()
        do throws(PostgresSession.Failure) {
            return try session.roundTrip(all)[waitingCount...]
        } catch {
            if error.isStaleStatement { texts.forEach(session.forget) }
            // Only the statement's own failure can be undone by itself.
            guard let index = error.index, index >= waitingCount else { throw abandon(error.error) }
            throw error.error
        }
    }

    // MARK: Following

    func position() throws(StoreError) -> LogPosition {
        let answers = try runAgainIfLost { session throws(StoreError) in
            [try command(PostgresWriterConnection.position, on: session)]
        }
        return try PostgresWriterConnection.position(answers.last?.rows)
    }

    func events(in range: ClosedRange<UInt64>) throws(StoreError) -> [RecordedEvent] {
        guard let session else { throw StoreError(.unreachable, "connection") }
        let reading = try command(StoredEvents.range, StoredEvents.rangeArguments(range), on: session)
        let answers = isInTransaction ? try sendPending(and: [reading]) : try session.run([reading])
        return try StoredEvents.events(answers.last?.rows ?? [])
    }

    static func position(_ rows: [SQLRow]?) throws(StoreError) -> LogPosition {
        guard let row = rows?.first, row.count == 3, let head = row[0].integer, let oldest = row[1].integer,
            let sizeBytes = row[2].integer
        else { throw StoreError(.corrupt, "log_position is empty") }
        return LogPosition(
            head: UInt64(clamping: head),
            oldest: UInt64(clamping: oldest),
            sizeBytes: UInt64(clamping: sizeBytes)
        )
    }
}
