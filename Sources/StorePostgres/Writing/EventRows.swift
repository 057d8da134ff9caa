import Bus
import Store

/// Events on their way to the log that go there in one statement.
struct EventRows {
    private struct Row {
        let header: EnvelopeHeader
        let payload: [UInt8]
    }

    private var rows: [Row] = []
    private(set) var sizeBytes = 0

    var count: Int { rows.count }

    /// So much may gather.
    static let sizeBytesMax = 4 * 1024 * 1024

    mutating func append(_ header: EnvelopeHeader, payload: [UInt8]) {
        rows.append(Row(header: header, payload: payload))
        sizeBytes += payload.count + LogPosition.rowOverheadBytes
    }

    mutating func removeAll(from index: Int) {
        rows.removeSubrange(index...)
        sizeBytes = rows.reduce(0) { $0 + $1.payload.count + LogPosition.rowOverheadBytes }
    }

    /// Takes the first rows out, as arguments of `insertion`; `nil` when there are none.
    mutating func takeFirst(_ count: Int) -> EncodedArguments? {
        guard count > 0 else { return nil }
        let arguments = EventRows.encode(rows[..<count])
        rows.removeFirst(count)
        sizeBytes = rows.reduce(0) { $0 + $1.payload.count + LogPosition.rowOverheadBytes }
        return arguments
    }

    /// One array for each column.
    static let insertion = """
        INSERT INTO event_log (\(RecordedEvent.columns))
        SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::integer[], $11::uuid[], $12::uuid[], $13::json[])
        """

    private static func encode(_ rows: ArraySlice<Row>) -> EncodedArguments {
        var arguments = EncodedArguments()
        func column(_ type: PostgresType, _ write: (Row, inout [UInt8]) -> Bool) {
            arguments.appendBinary { EventRows.encode(rows, as: type, into: &$0, write) }
        }
        func integers(_ value: (EnvelopeHeader) -> Int64) {
            column(.int8) { row, bytes in
                bytes.appendBigEndian(value(row.header))
                return true
            }
        }
        func ids(_ value: (EnvelopeHeader) -> UUIDv7?) {
            column(.uuid) { row, bytes in
                guard let id = value(row.header) else { return false }
                bytes.appendBigEndian(id.high)
                bytes.appendBigEndian(id.low)
                return true
            }
        }
        func texts(_ value: (EnvelopeHeader) -> String?) {
            column(.text) { row, bytes in
                guard let text = value(row.header) else { return false }
                bytes.append(contentsOf: text.utf8)
                return true
            }
        }
        integers { Int64(clamping: $0.offset ?? 0) }
        ids(\.id)
        integers(\.time.nanoseconds)
        ids(\.epoch)
        integers { Int64(clamping: $0.seq) }
        texts(\.topic.text)
        texts(\.subject?.text)
        texts(\.source.text)
        texts(\.origin?.text)
        column(.int4) { row, bytes in
            bytes.appendBigEndian(Int32(row.header.version))
            return true
        }
        ids(\.cause)
        ids { $0.correlation == $0.id ? nil : $0.correlation }
        column(.json) { row, bytes in
            bytes.append(contentsOf: row.payload)
            return true
        }
        return arguments
    }

    /// The binary form of an array of one dimension: a head, then each value behind its length, -1 for null.
    ///
    /// `write` appends a row's value, or returns `false` for null.
    private static func encode(
        _ rows: ArraySlice<Row>,
        as type: PostgresType,
        into bytes: inout [UInt8],
        _ write: (Row, inout [UInt8]) -> Bool
    ) {
        let head: [Int32] = [1, 1, Int32(bitPattern: type.oid), Int32(rows.count), 1]
        for word in head { bytes.appendBigEndian(word) }
        for row in rows {
            let place = bytes.count
            bytes.appendBigEndian(Int32(-1))
            guard write(row, &bytes) else { continue }
            let length = Int32(bytes.count - place - 4)
            withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(place..<(place + 4), with: $0) }
        }
    }
}
