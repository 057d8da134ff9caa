package import Bus
import GRDB
package import Logging

/// The store in one SQLite file: the engine that needs no server.
///
/// One thread writes; reads run beside it on connections of their own and see the last commit.
package final class SQLiteStore: Storage {
    package let bus: EventBus
    private let writer: StoreWriter
    private let pool: DatabasePool
    private let ownWrites = Incarnation(of: "store")
    private let hub = NoticeHub()

    private init(bus: EventBus, writer: StoreWriter, pool: DatabasePool) {
        self.bus = bus
        self.writer = writer
        self.pool = pool
    }

    /// Opens the database, making or migrating it as needed.
    ///
    /// - Parameters:
    ///   - config: where it is.
    ///   - bus: where committed events are delivered. Its epoch is that of the events logged from now on.
    ///   - migrations: the schema this program knows.
    ///   - now: what time it is.
    ///   - logger: told of events that were committed and could not be delivered.
    ///   - onProgress: called on another thread as opening proceeds.
    /// - Returns: the open store; `close` it, so that the log is whole in one file.
    /// - Throws: `StoreError`: `.locked`, `.schemaTooNew`, `.schemaChanged`, `.corrupt`, `.unreachable`, `.full`.
    package static func open(
        _ config: SQLiteConfig,
        bus: EventBus,
        migrations: [Migration] = Migration.all,
        now: @escaping @Sendable () -> Timestamp = { .now },
        logger: Logger = Logger(label: "store"),
        onProgress: @escaping @Sendable (OpenProgress) -> Void = { _ in }
    ) async throws(StoreError) -> SQLiteStore {
        let opening = SQLiteOpening(config: config, migrations: migrations, now: now, onProgress: onProgress)
        let (writer, pool) = try await StoreWriter.start(
            limits: config.limits,
            bus: bus,
            now: now,
            logger: logger,
            followInterval: config.isShared ? .seconds(config.followIntervalSeconds) : nil,
            opening: { () throws(StoreError) in try opening.open() }
        )
        return SQLiteStore(bus: bus, writer: writer, pool: pool)
    }

    package func close() async {
        hub.close()
        await writer.close()
    }

    /// What the writer has done, and how many wait for it.
    package var statistics: WriterStatistics { writer.statistics }

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
            throw StoreError(error)
        }
    }

    // MARK: Single statements

    package var dialect: SQLDialect { .sqlite }

    package func run(
        _ statement: SQL,
        _ arguments: [SQLValue],
        limit: Int
    ) async throws(StoreError) -> [SQLRow] {
        try await commitOwn { try $0.rows(statement, arguments, limit: limit) }
    }

    package func query(
        _ statement: SQL,
        _ arguments: [SQLValue],
        limit: Int
    ) async throws(StoreError) -> [SQLRow] {
        try await reading { try $0.run(statement.sqlite, arguments, rowsMax: limit).rows }
    }

    package func post(_ name: String) { hub.post(name) }

    package func notices() -> AsyncStream<String> { hub.notices() }

    // MARK: Reading

    private func reading<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    package func read(
        _ filter: EventFilter,
        from: UInt64,
        limit: Int,
        sizeBytesMax: Int
    ) async throws(StoreError) -> LogPage {
        try await reading { database in
            try SQLiteEventReader(database).page(filter, from: from, limit: limit, sizeBytesMax: sizeBytesMax)
        }
    }

    package func event(_ id: UUIDv7) async throws(StoreError) -> RecordedEvent? {
        try await reading { try SQLiteEventReader($0).event(id) }
    }

    package func trace(_ id: UUIDv7, limit: Int) async throws(StoreError) -> [RecordedEvent] {
        try await reading { try SQLiteEventReader($0).trace(id, limit: limit) }
    }

    package func offset(since time: Timestamp) async throws(StoreError) -> UInt64 {
        try await reading { database in
            let found = try UInt64.fetchOne(
                database,
                sql: "SELECT log_offset FROM event_log WHERE time >= ? ORDER BY time, log_offset LIMIT 1",
                arguments: [time.nanoseconds]
            )
            return try found ?? database.logPosition().head + 1
        }
    }

    package func cursor(_ key: CursorKey) async throws(StoreError) -> UInt64? {
        try await reading { database in
            try UInt64.fetchOne(
                database,
                sql: "SELECT log_offset FROM consumer_cursor WHERE consumer = ?",
                arguments: [key.text]
            )
        }
    }

    package func setting<Value>(_ key: SettingKey<Value>) async throws(StoreError) -> Value? {
        try await reading { database in
            guard
                let json = try String.fetchOne(
                    database,
                    sql: "SELECT value FROM settings WHERE key = ?",
                    arguments: [key.name]
                )
            else { return nil }
            do {
                return try EventCodec.decode(Value.self, from: json.utf8)
            } catch {
                throw StoreError(.corrupt, key.name, detail: "\(error)")
            }
        }
    }

    package func activities(before id: Int64?, limit: Int) async throws(StoreError) -> [RecordedActivity] {
        try await reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, time, caller, role, action, target, outcome, detail FROM activity_log
                    WHERE id < ? ORDER BY id DESC LIMIT ?
                    """,
                arguments: [id ?? .max, min(max(1, limit), 1000)]
            ).map { row in
                let activity = Activity(
                    time: Timestamp(nanoseconds: row[1]),
                    caller: row[2],
                    role: row[3],
                    action: row[4],
                    target: row[5],
                    outcome: row[6],
                    detail: row[7]
                )
                return RecordedActivity(id: row[0], activity: activity)
            }
        }
    }
}
