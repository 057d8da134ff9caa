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
}

/// One row of a result, by column position.
package typealias SQLRow = [SQLValue]
