import Bus
import Store

/// A store that lets a test do something between two statements of what it tests.
final class WatchedStore: Storage {
    private let base: any Storage
    private let beforeQuery: @Sendable (SQL) async -> Void

    /// - Parameters:
    ///   - base: what it stands for.
    ///   - beforeQuery: called before each statement that only reads.
    init(_ base: any Storage, beforeQuery: @escaping @Sendable (SQL) async -> Void) {
        self.base = base
        self.beforeQuery = beforeQuery
    }

    var bus: EventBus { base.bus }
    var position: LogPosition { base.position }
    var statistics: WriterStatistics { base.statistics }
    var dialect: SQLDialect { base.dialect }

    func query(_ statement: SQL, _ arguments: [SQLValue], limit: Int) async throws(StoreError) -> [SQLRow] {
        await beforeQuery(statement)
        return try await base.query(statement, arguments, limit: limit)
    }

    // MARK: As they are

    func append(_ events: [PendingEvent], by author: Incarnation) async throws(StoreError) -> [EnvelopeHeader] {
        try await base.append(events, by: author)
    }

    func commit<Value: Sendable>(
        by author: Incarnation,
        evenIfCancelled: Bool,
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Committed<Value> {
        try await base.commit(by: author, evenIfCancelled: evenIfCancelled, body)
    }

    func run(_ statement: SQL, _ arguments: [SQLValue], limit: Int) async throws(StoreError) -> [SQLRow] {
        try await base.run(statement, arguments, limit: limit)
    }

    func read(
        _ filter: EventFilter,
        from: UInt64,
        limit: Int,
        sizeBytesMax: Int
    ) async throws(StoreError) -> LogPage {
        try await base.read(filter, from: from, limit: limit, sizeBytesMax: sizeBytesMax)
    }

    func post(_ name: String) { base.post(name) }

    func notices() -> AsyncStream<String> { base.notices() }

    func event(_ id: UUIDv7) async throws(StoreError) -> RecordedEvent? { try await base.event(id) }

    func trace(_ id: UUIDv7, limit: Int) async throws(StoreError) -> [RecordedEvent] {
        try await base.trace(id, limit: limit)
    }

    func offset(since time: Timestamp) async throws(StoreError) -> UInt64 { try await base.offset(since: time) }

    func prune(_ policy: RetentionPolicy, at time: Timestamp) async throws(StoreError) -> PruneReport {
        try await base.prune(policy, at: time)
    }

    func close() async { await base.close() }

    func record(_ activity: Activity) async throws(StoreError) { try await base.record(activity) }

    func activities(before id: Int64?, limit: Int) async throws(StoreError) -> [RecordedActivity] {
        try await base.activities(before: id, limit: limit)
    }

    func setting<Value>(_ key: SettingKey<Value>) async throws(StoreError) -> Value? { try await base.setting(key) }

    func set<Value>(_ key: SettingKey<Value>, to value: Value) async throws(StoreError) {
        try await base.set(key, to: value)
    }

    func cursor(_ key: CursorKey) async throws(StoreError) -> UInt64? { try await base.cursor(key) }
}
