import Bus
import FoundationEssentials
import GRDB

/// Turns rows of the event log back into events.
struct SQLiteEventReader {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func page(_ filter: EventFilter, from: UInt64, limit: Int, sizeBytesMax: Int) throws -> LogPage {
        let window = PageWindow(from: from, position: try database.logPosition())
        guard !window.isEmpty else { return window.page([], isFull: false) }
        let countMax = PageWindow.countMax(limit)
        let condition = filter.condition(first: 4)
        let (events, isCut) = try events(
            where: "log_offset >= ?1 AND log_offset < ?2 AND \(condition.sql) ORDER BY log_offset LIMIT ?3",
            [.integer(Int64(clamping: window.start)), .integer(Int64(clamping: window.end)), SQLValue(countMax)]
                + condition.arguments,
            sizeBytesMax: sizeBytesMax
        )
        return window.page(events, isFull: isCut || events.count == countMax)
    }

    /// The first of the events in a range.
    func events(in range: ClosedRange<UInt64>) throws -> [RecordedEvent] {
        try events(
            where: "log_offset BETWEEN ?1 AND ?2 ORDER BY log_offset LIMIT ?3",
            [
                .integer(Int64(clamping: range.lowerBound)), .integer(Int64(clamping: range.upperBound)),
                SQLValue(LogPage.eventCountMax),
            ],
            sizeBytesMax: LogPage.defaultSizeBytesMax
        ).events
    }

    func event(_ id: UUIDv7) throws -> RecordedEvent? {
        try events(where: "id = ?1", [.blob(id.storedBytes)], sizeBytesMax: .max).events.first
    }

    func trace(_ id: UUIDv7, limit: Int) throws -> [RecordedEvent] {
        let chain = try event(id)?.header.correlation ?? id
        return try events(
            where: """
                log_offset IN (SELECT log_offset FROM event_log WHERE id = ?1
                UNION SELECT log_offset FROM event_log WHERE correlation = ?1) ORDER BY log_offset LIMIT ?2
                """,
            [.blob(chain.storedBytes), .integer(Int64(max(1, limit)))],
            sizeBytesMax: .max
        ).events
    }

    /// - Returns: the events, and whether they end early because of their size.
    private func events(
        where condition: String,
        _ arguments: [SQLValue],
        sizeBytesMax: Int
    ) throws -> (events: [RecordedEvent], isCut: Bool) {
        let statement = try database.cachedStatement(
            sql: "SELECT \(RecordedEvent.columns) FROM event_log WHERE \(condition)"
        )
        statement.setUncheckedArguments(StatementArguments(arguments.map { $0.databaseValue }))
        let cursor = try Row.fetchCursor(statement)
        var events: [RecordedEvent] = []
        var sizeBytes = 0
        while let row = try cursor.next() {
            let event = try SQLiteEventReader.event(row)
            sizeBytes += event.payload.count
            if sizeBytes > sizeBytesMax, !events.isEmpty { return (events, true) }
            events.append(event)
        }
        return (events, false)
    }

    private static func event(_ row: Row) throws -> RecordedEvent {
        let offset: UInt64 = row[0]
        let source: String = row[7]
        let topic: String = row[5]
        guard let id = try UUIDv7(stored: 1, of: row), let epoch = try UUIDv7(stored: 3, of: row),
            let topic = Topic(topic), let source = ActorName(source),
            let version = UInt16(exactly: row[9] as Int64)
        else { throw StoreError(.corrupt, "event \(offset)") }
        let subject: String? = row[6]
        let origin: String? = row[8]
        let header = EnvelopeHeader(
            id: id,
            time: Timestamp(nanoseconds: row[2]),
            epoch: epoch,
            seq: row[4],
            offset: offset,
            cause: try UUIDv7(stored: 10, of: row),
            correlation: try UUIDv7(stored: 11, of: row),
            topic: topic,
            subject: subject.flatMap { Subject($0) },
            source: source,
            origin: origin.flatMap { ActorName($0) },
            version: version,
            delivery: .durable
        )
        let payload = try row.withUnsafeData(atIndex: 12) { $0.map { Array($0) } ?? [] }
        return RecordedEvent(header: header, payload: payload)
    }
}

extension UUIDv7 {
    fileprivate init?(stored column: Int, of row: Row) throws {
        let words = try row.withUnsafeData(atIndex: column) { data -> (UInt64, UInt64)? in
            guard let data, data.count == 16 else { return nil }
            return data.withUnsafeBytes { bytes in
                (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
        }
        guard let words else { return nil }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }
}
