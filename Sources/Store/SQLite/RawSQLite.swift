import Bus
import GRDB
import GRDBSQLite

/// The statement that inserts events, used through SQLite's own functions on GRDB's connection.
///
/// Every durable event passes here, and binding thirteen columns through GRDB takes about as long as everything else
/// together. The statement itself is GRDB's, which finalizes it.
final class EventInsertion {
    private let statement: Statement
    private let topics: TextCache

    init(_ database: Database) throws {
        statement = try database.makeStatement(
            sql: """
                INSERT INTO event_log (log_offset, id, time, epoch, seq, topic, subject, source, origin, version,
                cause, correlation, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                """
        )
        topics = TextCache()
    }

    func insert(_ header: EnvelopeHeader, payload: [UInt8]) throws(StoreError) {
        let raw = statement.sqliteStatement
        // Values that SQLite copies; the payload alone is lent to it, for as long as the step takes.
        sqlite3_bind_int64(raw, 1, Int64(clamping: header.offset ?? 0))
        bind(header.id, at: 2)
        sqlite3_bind_int64(raw, 3, header.time.nanoseconds)
        bind(header.epoch, at: 4)
        sqlite3_bind_int64(raw, 5, Int64(clamping: header.seq))
        bind(topics.text(of: header.topic), at: 6)
        bind(header.subject?.text, at: 7)
        bind(topics.text(of: header.source), at: 8)
        bind(header.origin?.text, at: 9)
        sqlite3_bind_int64(raw, 10, Int64(header.version))
        bind(header.cause, at: 11)
        bind(header.correlation == header.id ? nil : header.correlation, at: 12)
        let code = payload.withUnsafeBytes { bytes in
            sqlite3_bind_text(
                raw,
                13,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count),
                nil
            )
            return sqlite3_step(raw)
        }
        // Read before the reset and the next binding, which clear it.
        let failure = code == SQLITE_DONE ? nil : StoreError(lastOf: sqlite3_db_handle(raw))
        sqlite3_reset(raw)
        sqlite3_bind_null(raw, 13)
        if let failure { throw failure }
    }

    private func bind(_ id: UUIDv7?, at index: Int32) {
        guard let id else {
            sqlite3_bind_null(statement.sqliteStatement, index)
            return
        }
        let words = (id.high.bigEndian, id.low.bigEndian)
        _ = withUnsafeBytes(of: words) { bytes in
            sqlite3_bind_blob(statement.sqliteStatement, index, bytes.baseAddress, 16, EventInsertion.copied)
        }
    }

    private func bind(_ text: String?, at index: Int32) {
        guard var text else {
            sqlite3_bind_null(statement.sqliteStatement, index)
            return
        }
        _ = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                sqlite3_bind_text(
                    statement.sqliteStatement,
                    index,
                    characters.baseAddress,
                    Int32(characters.count),
                    EventInsertion.copied
                )
            }
        }
    }

    /// SQLite's mark for "copy this before returning" (the C macro is a cast that Swift cannot import).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

extension StoreError {
    /// What the connection's last call failed with.
    fileprivate init(lastOf connection: OpaquePointer?) {
        self.init(
            resultCode: sqlite3_extended_errcode(connection),
            detail: String(cString: sqlite3_errmsg(connection))
        )
    }
}

/// Remembers the texts of topics and names, whose lookup takes a lock.
private final class TextCache {
    private var topics: [Topic: String] = [:]
    private var names: [ActorName: String] = [:]

    func text(of topic: Topic) -> String {
        if let known = topics[topic] { return known }
        topics[topic] = topic.text
        return topic.text
    }

    func text(of name: ActorName) -> String {
        if let known = names[name] { return known }
        names[name] = name.text
        return name.text
    }
}

extension Database {
    /// Calls `report` a few times a second while a long statement runs on this connection.
    func whileReporting<Value>(to report: @escaping () -> Void, _ body: () throws -> Value) rethrows -> Value {
        let box = Unmanaged.passRetained(ProgressReport(report))
        defer {
            sqlite3_progress_handler(sqliteConnection, 0, nil, nil)
            box.release()
        }
        sqlite3_progress_handler(
            sqliteConnection,
            5_000_000,
            { pointer in
                if let pointer { Unmanaged<ProgressReport>.fromOpaque(pointer).takeUnretainedValue().report() }
                return 0
            },
            box.toOpaque()
        )
        return try body()
    }
}

private final class ProgressReport {
    let report: () -> Void
    init(_ report: @escaping () -> Void) { self.report = report }
}
