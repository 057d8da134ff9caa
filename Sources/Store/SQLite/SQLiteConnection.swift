import Bus
import GRDB

/// The pool's writing connection, as the writer's loop uses it.
final class SQLiteConnection: WriterConnection {
    let isShared: Bool
    private let pool: DatabasePool
    /// Held for as long as the database is open.
    private var lock: StateLock?
    /// Set while the loop has exclusive use of the connection.
    private var database: Database?
    private var insertion: EventInsertion?

    init(pool: DatabasePool, lock: StateLock, isShared: Bool) {
        self.pool = pool
        self.isShared = isShared
        self.lock = lock
    }

    func exclusively(_ body: () -> Void) {
        pool.writeWithoutTransaction { database in
            self.database = database
            defer { self.database = nil }
            body()
        }
    }

    private func withDatabase<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        guard let database else { throw StoreError(.closed) }
        return try StoreError.translating { try body(database) }
    }

    var isInTransaction: Bool { database?.isInsideTransaction ?? false }

    func begin() throws(StoreError) -> LogPosition? {
        try withDatabase { database in
            // Immediate, so that it holds the lock on the whole database from here on.
            try database.beginTransaction(.immediate)
            return isShared ? try database.logPosition() : nil
        }
    }

    func commit() throws(StoreError) { try withDatabase { try $0.commit() } }

    func rollBack() {
        // Fails only when SQLite has rolled back by itself, which is as good.
        try? withDatabase { try $0.rollback() }
    }

    func beginSavepoint() throws(StoreError) { try runPlain("SAVEPOINT unit") }

    func releaseSavepoint() throws(StoreError) { try runPlain("RELEASE unit") }

    func rollBackToSavepoint() throws(StoreError) {
        try runPlain("ROLLBACK TO unit")
        try runPlain("RELEASE unit")
    }

    func insert(_ header: EnvelopeHeader, payload: [UInt8], mayConflict: Bool) throws(StoreError) {
        if insertion == nil { insertion = try withDatabase { try EventInsertion($0) } }
        try insertion?.insert(header, payload: payload)
    }

    func savePosition(_ position: LogPosition) throws(StoreError) {
        try runPlain(
            "UPDATE log_position SET head = ?1, oldest = ?2, size_bytes = ?3",
            [
                .integer(Int64(clamping: position.head)), .integer(Int64(clamping: position.oldest)),
                .integer(Int64(clamping: position.sizeBytes)),
            ]
        )
    }

    func run(_ statements: [BoundStatement]) throws(StoreError) -> [StatementAnswer] {
        // SQLite undoes a statement that fails, and that one only.
        let isGroup = statements.count > 1
        if isGroup { try runPlain("SAVEPOINT statements") }
        do {
            let answers = try withDatabase { database in
                try statements.map { try database.run($0.sql.sqlite, $0.arguments, rowsMax: $0.rowsMax) }
            }
            if isGroup { try runPlain("RELEASE statements") }
            return answers
        } catch {
            // With a full disk SQLite has ended the whole transaction.
            if isGroup, isInTransaction {
                try runPlain("ROLLBACK TO statements")
                try runPlain("RELEASE statements")
            }
            throw error
        }
    }

    private func runPlain(_ sql: String, _ arguments: [SQLValue] = []) throws(StoreError) {
        _ = try withDatabase { try $0.run(sql, arguments, rowsMax: 0) }
    }

    func position() throws(StoreError) -> LogPosition { try withDatabase { try $0.logPosition() } }

    func events(in range: ClosedRange<UInt64>) throws(StoreError) -> [RecordedEvent] {
        try withDatabase { try SQLiteEventReader($0).events(in: range) }
    }

    func close() {
        // Statements go before their connection. A reader that is still busy keeps the log from being truncated,
        // which costs the next start a few milliseconds and nothing else.
        exclusively { insertion = nil }
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? pool.close()
        lock = nil
    }
}
