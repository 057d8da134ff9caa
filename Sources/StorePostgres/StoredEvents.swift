import Bus
import Store

/// The statements that read the log, and what they answer with.
enum StoredEvents {
    /// Events from one offset to another, as many as fit; more than one only while they are within the size.
    static let range = select(from: "event_log WHERE log_offset BETWEEN $1 AND $2", limit: "$3", sizeBytesMax: "$4")

    static func rangeArguments(_ range: ClosedRange<UInt64>) -> [SQLValue] {
        [
            .integer(Int64(clamping: range.lowerBound)), .integer(Int64(clamping: range.upperBound)),
            SQLValue(LogPage.eventCountMax), SQLValue(LogPage.defaultSizeBytesMax),
        ]
    }

    /// One page with the position of the log, at one moment: a row for each event, and one without any if there are
    /// none.
    static func page(_ condition: String) -> String {
        let events = select(
            from: """
                event_log WHERE log_offset >= greatest($1, p.oldest)
                AND log_offset < least(greatest($1, p.oldest) + \(LogPage.scanCountMax), p.head + 1) AND \(condition)
                """,
            limit: "$2",
            sizeBytesMax: "$3"
        )
        return """
            SELECT p.head, p.oldest, p.size_bytes, e.* FROM log_position p LEFT JOIN LATERAL (\(events)) e ON TRUE
            ORDER BY e.log_offset
            """
    }

    /// The columns of an event, and how many there were before the size was looked at.
    private static func select(from source: String, limit: String, sizeBytesMax: String) -> String {
        """
        SELECT \(RecordedEvent.columns), found FROM (
            SELECT *, count(*) OVER () AS found, row_number() OVER sofar AS place, sum(octet_length(payload::text)) OVER sofar AS size
            FROM (SELECT * FROM \(source) ORDER BY log_offset LIMIT \(limit)) wanted
            WINDOW sofar AS (ORDER BY log_offset ROWS UNBOUNDED PRECEDING)
        ) sized WHERE place = 1 OR size <= \(sizeBytesMax)::bigint ORDER BY log_offset
        """
    }

    static func events(_ rows: [SQLRow]) throws(StoreError) -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        events.reserveCapacity(rows.count)
        for row in rows { events.append(try RecordedEvent(row: row)) }
        return events
    }

    /// Makes a page of what the statement of `page` answered.
    static func page(_ rows: [SQLRow], from: UInt64, limit: Int) throws(StoreError) -> LogPage {
        let position = try PostgresWriterConnection.position(rows.first.map { [Array($0.prefix(3))] })
        let window = PageWindow(from: from, position: position)
        var events: [RecordedEvent] = []
        events.reserveCapacity(rows.count)
        for row in rows where row[3] != .null { events.append(try RecordedEvent(row: row.dropFirst(3))) }
        let found = rows.first?.last?.int ?? 0
        return window.page(events, isFull: found > events.count || found == PageWindow.countMax(limit))
    }

    static let event = "SELECT \(RecordedEvent.columns) FROM event_log WHERE id = $1"

    static let trace = """
        WITH chain AS (SELECT coalesce((SELECT coalesce(correlation, id) FROM event_log WHERE id = $1), $1) AS id)
        SELECT \(RecordedEvent.columns) FROM event_log
        WHERE id = (SELECT id FROM chain) OR correlation = (SELECT id FROM chain) ORDER BY log_offset LIMIT $2
        """

    static let offsetSince = """
        SELECT coalesce(
            (SELECT log_offset FROM event_log WHERE time >= $1 ORDER BY time, log_offset LIMIT 1),
            (SELECT head + 1 FROM log_position)
        )
        """
}
