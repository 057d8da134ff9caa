package import Bus

/// One statement, in each engine's dialect.
///
/// Arguments are positional and written `?1`, `?2` in SQLite, `$1`, `$2` in PostgreSQL. A literal without arguments,
/// or one for a single engine, serves both.
package struct SQL: Hashable, Sendable, ExpressibleByStringLiteral {
    package let sqlite: String
    package let postgres: String

    package init(sqlite: String, postgres: String) {
        self.sqlite = sqlite
        self.postgres = postgres
    }

    /// The same text for both, with arguments written `?1`, `?2`.
    package init(stringLiteral text: String) {
        sqlite = text
        postgres = text.replacing("?", with: "$")
    }
}

/// A statement with its arguments.
package struct BoundStatement: Sendable {
    package let sql: SQL
    package let arguments: [SQLValue]
    /// It fails when it answers with more rows.
    package let rowsMax: Int

    package init(_ sql: SQL, _ arguments: [SQLValue] = [], rowsMax: Int = 10_000) {
        self.sql = sql
        self.arguments = arguments
        self.rowsMax = rowsMax
    }
}

/// What a statement answers.
package struct StatementAnswer: Sendable {
    package let changedCount: Int
    package let rows: [SQLRow]

    package init(changedCount: Int, rows: [SQLRow]) {
        self.changedCount = changedCount
        self.rows = rows
    }
}

/// A value in a statement or in a result.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    package var text: String? { if case .text(let value) = self { value } else { nil } }
    package var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }

    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    package init(_ number: Int) { self = .integer(Int64(number)) }

    package init(_ time: Timestamp?) { self = time.map { .integer($0.nanoseconds) } ?? .null }

    /// An id, as 16 bytes: a blob in SQLite, a `uuid` in PostgreSQL.
    package init(_ id: UUIDv7?) { self = id.map { .blob($0.storedBytes) } ?? .null }

    /// How much of a text or of bytes there is; 0 for the others.
    package var sizeBytes: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        case .null, .integer, .real: 0
        }
    }

    package var int: Int? { integer.map { Int($0) } }
    package var time: Timestamp? { integer.map { Timestamp(nanoseconds: $0) } }
    package var id: UUIDv7? { blob.flatMap { UUIDv7(storedBytes: $0) } }
    /// Both engines answer truth values as 0 or 1.
    package var isTrue: Bool { integer.map { $0 != 0 } ?? false }
}

/// One row of a result, by column position.
package typealias SQLRow = [SQLValue]

extension UUIDv7 {
    /// Sixteen bytes, big-endian, so that their order is that of the ids.
    var storedBytes: [UInt8] {
        [high, low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    /// - Returns: `nil` when there are not sixteen bytes.
    init?(storedBytes: [UInt8]) {
        guard storedBytes.count == 16 else { return nil }
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: word(storedBytes[..<8]), low: word(storedBytes[8...]))
    }
}
