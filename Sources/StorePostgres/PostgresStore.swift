package import Bus
package import Logging
package import Store
import Threading

/// The store in a PostgreSQL database, which several daemons may share.
///
/// Events and units go through one writing connection; single statements and reads go through a pool beside it.
package final class PostgresStore: Storage {
    package let bus: EventBus
    private let writer: StoreWriter
    private let pool: PostgresPool
    private let hub: NoticeHub
    private let ownWrites = Incarnation(of: "store")

    private init(bus: EventBus, writer: StoreWriter, pool: PostgresPool, hub: NoticeHub) {
        self.bus = bus
        self.writer = writer
        self.pool = pool
        self.hub = hub
    }

    /// Connects to the database and migrates it as needed.
    ///
    /// - Parameters:
    ///   - config: where it is.
    ///   - bus: where committed events are delivered, also those of other daemons. Its epoch is that of the events
    ///     logged from now on.
    ///   - migrations: the schema this program knows.
    ///   - now: what time it is.
    ///   - logger: told of outages, and of events that were committed and could not be delivered.
    ///   - onProgress: called on another thread as opening proceeds.
    /// - Returns: the open store, to be closed.
    /// - Throws: `StoreError`: `.accessDenied`, `.noSuchDatabase`, `.insecure`, `.schemaTooNew`, `.schemaChanged`,
    ///   `.corrupt`, `.unreachable`, and `.failed` for a server that cannot be used.
    package static func open(
        _ config: PostgresConfig,
        bus: EventBus,
        migrations: [Migration] = Migration.all,
        now: @escaping @Sendable () -> Timestamp = { .now },
        logger: Logger = Logger(label: "store"),
        onProgress: @escaping @Sendable (OpenProgress) -> Void = { _ in }
    ) async throws(StoreError) -> PostgresStore {
        let opening = PostgresOpening(config: config, migrations: migrations, now: now, onProgress: onProgress)
        // The writer and the pool tell each other of what is logged, and each is there before the other one.
        let link = WeakLink()
        let (writer, _) = try await StoreWriter.start(
            limits: config.limits,
            bus: bus,
            now: now,
            logger: logger,
            followInterval: .seconds(config.followIntervalSeconds),
            onLogged: { link.pool?.post(logNotice) },
            opening: { () throws(StoreError) in try opening.open() }
        )
        let hub = NoticeHub()
        let pool = try PostgresPool(config, logger: logger) { [weak writer] name in
            if name == logNotice || name == "*" { writer?.follow() }
            if name != logNotice { hub.post(name) }
        }
        link.pool = pool
        return PostgresStore(bus: bus, writer: writer, pool: pool, hub: hub)
    }

    /// Said between daemons after each commit that logged events.
    private static let logNotice = "log"

    /// The migrations that a database has, in order.
    ///
    /// - Throws: `StoreError` as `open`.
    package static func appliedMigrations(_ config: PostgresConfig) async throws(StoreError) -> [AppliedMigration] {
        let opening = PostgresOpening(config: config, migrations: [], now: { .now }, onProgress: { _ in })
        return try await blocking { () throws(StoreError) in try opening.applied() }
    }

    /// Runs what blocks on a thread of its own.
    private static func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await withUnsafeContinuation { (done: UnsafeContinuation<Result<Value, StoreError>, Never>) in
            do {
                _ = try OSThread(name: "store-open") {
                    do throws(StoreError) {
                        done.resume(returning: .success(try body()))
                    } catch {
                        done.resume(returning: .failure(error))
                    }
                }
            } catch {
                done.resume(returning: .failure(StoreError(.unreachable, "thread", detail: "\(error)")))
            }
        }
        return try result.get()
    }

    package func close() async {
        hub.close()
        await writer.close()
        await pool.close()
    }

    /// What the writer has done, and how many wait for it.
    package var statistics: WriterStatistics { writer.statistics }

    /// How the connections for single statements are doing.
    package var poolStatistics: PoolStatistics { pool.statistics }

    package var position: LogPosition { writer.statistics.position }

    // MARK: Writing

    package func append(
        _ events: [PendingEvent],
        by author: Incarnation
    ) async throws(StoreError) -> [EnvelopeHeader] {
        try await writer.append(events, by: author)
    }

    package func commit<Value: Sendable>(
        by author: Incarnation,
        evenIfCancelled: Bool,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Committed<Value> {
        try await writer.commit(by: author, evenIfCancelled: evenIfCancelled, body)
    }

    package func prune(_ policy: RetentionPolicy, at time: Timestamp) async throws(StoreError) -> PruneReport {
        try await commitOwn { try $0.prune(policy, at: time) }
    }

    package func record(_ activity: Activity) async throws(StoreError) {
        try await commitOwn { try $0.record(activity) }
    }

    package func set<Value>(_ key: SettingKey<Value>, to value: Value) async throws(StoreError) {
        try await commitOwn { try $0.set(key, to: value) }
    }

    private func commitOwn<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await writer.commit(by: ownWrites, evenIfCancelled: false, body).value
        } catch {
            throw error as? StoreError ?? StoreError(.failed, detail: "\(error)")
        }
    }

    // MARK: Single statements

    package var dialect: SQLDialect { .postgres }

    /// Runs one statement that may change rows.
    ///
    /// With more rows than `limit` it has taken effect all the same: they are counted when they arrive. When the
    /// connection is lost while it is under way its outcome is unknown, and the error's detail says so.
    package func run(
        _ statement: SQL,
        _ arguments: [SQLValue],
        limit: Int
    ) async throws(StoreError) -> [SQLRow] {
        try RefusedVerbs.forReading.check(statement)
        return try await pool.run(statement.postgres, arguments, limit: limit)
    }

    package func query(
        _ statement: SQL,
        _ arguments: [SQLValue],
        limit: Int
    ) async throws(StoreError) -> [SQLRow] {
        try await run(statement, arguments, limit: limit)
    }

    package func post(_ name: String) {
        hub.post(name)
        pool.post(name)
    }

    package func notices() -> AsyncStream<String> { hub.notices() }

    // MARK: Reading

    package func read(
        _ filter: EventFilter,
        from: UInt64,
        limit: Int,
        sizeBytesMax: Int
    ) async throws(StoreError) -> LogPage {
        let condition = filter.condition(first: 4)
        let rows = try await pool.run(
            StoredEvents.page(SQL(stringLiteral: condition.sql).postgres),
            [.integer(Int64(clamping: from)), SQLValue(PageWindow.countMax(limit)), SQLValue(sizeBytesMax)]
                + condition.arguments
        )
        return try StoredEvents.page(rows, from: from, limit: limit)
    }

    package func event(_ id: UUIDv7) async throws(StoreError) -> RecordedEvent? {
        try StoredEvents.events(try await pool.run(StoredEvents.event, [SQLValue(id)])).first
    }

    package func trace(_ id: UUIDv7, limit: Int) async throws(StoreError) -> [RecordedEvent] {
        try StoredEvents.events(try await pool.run(StoredEvents.trace, [SQLValue(id), SQLValue(max(1, limit))]))
    }

    package func offset(since time: Timestamp) async throws(StoreError) -> UInt64 {
        let rows = try await pool.run(StoredEvents.offsetSince, [SQLValue(time)])
        guard let offset = rows.first?.first?.integer else { throw StoreError(.corrupt, "log_position is empty") }
        return UInt64(clamping: offset)
    }

    package func cursor(_ key: CursorKey) async throws(StoreError) -> UInt64? {
        let rows = try await pool.run("SELECT log_offset FROM consumer_cursor WHERE consumer = $1", [.text(key.text)])
        return rows.first?.first?.integer.map { UInt64(clamping: $0) }
    }

    package func setting<Value>(_ key: SettingKey<Value>) async throws(StoreError) -> Value? {
        let rows = try await pool.run("SELECT value FROM settings WHERE key = $1", [.text(key.name)])
        guard let json = rows.first?.first?.text else { return nil }
        do {
            return try EventCodec.decode(Value.self, from: json.utf8)
        } catch {
            throw StoreError(.corrupt, key.name, detail: "\(error)")
        }
    }

    package func activities(before id: Int64?, limit: Int) async throws(StoreError) -> [RecordedActivity] {
        let rows = try await pool.run(
            """
            SELECT id, time, caller, role, action, target, outcome, detail FROM activity_log
            WHERE id < $1 ORDER BY id DESC LIMIT $2
            """,
            [.integer(id ?? .max), SQLValue(min(max(1, limit), 1000))]
        )
        return rows.map { row in
            let activity = Activity(
                time: row[1].time ?? Timestamp(nanoseconds: 0),
                caller: row[2].text ?? "",
                role: row[3].text ?? "",
                action: row[4].text ?? "",
                target: row[5].text,
                outcome: row[6].text ?? "",
                detail: row[7].text
            )
            return RecordedActivity(id: row[0].integer ?? 0, activity: activity)
        }
    }
}

/// Leads to the pool, once there is one.
private final class WeakLink: Sendable {
    private struct State {
        weak var pool: PostgresPool?
    }

    private let state = Mutex(State())

    var pool: PostgresPool? {
        get { state.withLock { $0.pool } }
        set { state.withLock { $0.pool = newValue } }
    }
}
