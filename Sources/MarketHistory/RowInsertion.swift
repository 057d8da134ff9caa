import Store

/// An `INSERT` of many rows in few statements.
///
/// They come in three lengths, so that an engine prepares three texts and no more, however many rows there are.
struct RowInsertion: Sendable {
    struct Column: Sendable {
        let name: String
        /// What PostgreSQL calls its type.
        let type: String

        init(_ name: String, _ type: String) {
            self.name = name
            self.type = type
        }
    }

    private struct Form: Sendable {
        let rowCount: Int
        let sql: SQL
    }

    private let forms: [Form]

    /// - Parameters:
    ///   - table: where the rows go.
    ///   - columns: in the order of a row's values.
    ///   - ending: what follows the rows, such as `ON CONFLICT DO NOTHING`.
    init(into table: String, columns: [Column], ending: String = "") {
        forms = [64, 8, 1].map { rowCount in
            let head = "INSERT INTO \(table) (\(columns.map(\.name).joined(separator: ", "))) VALUES "
            func rows(_ argument: (_ number: Int, _ type: String) -> String) -> String {
                (0..<rowCount).map { row in
                    let values = columns.enumerated().map { place, column in
                        argument(row * columns.count + place + 1, column.type)
                    }
                    return "(\(values.joined(separator: ", ")))"
                }.joined(separator: ", ")
            }
            let sql = SQL(
                sqlite: head + rows { number, _ in "?\(number)" } + " " + ending,
                postgres: head + rows { number, type in "$\(number)::\(type)" } + " " + ending
            )
            return Form(rowCount: rowCount, sql: sql)
        }
    }

    /// The statements that insert rows, in their order.
    func statements(for rows: [[SQLValue]]) -> [BoundStatement] {
        var statements: [BoundStatement] = []
        var rest = rows[...]
        for form in forms {
            while rest.count >= form.rowCount {
                statements.append(BoundStatement(form.sql, rest.prefix(form.rowCount).flatMap { $0 }))
                rest = rest.dropFirst(form.rowCount)
            }
        }
        return statements
    }
}

/// Whole numbers as one argument: a JSON array for SQLite, an array literal for PostgreSQL.
enum IntegerList {
    static func value(_ numbers: some Sequence<Int64>, for dialect: SQLDialect) -> SQLValue {
        let list = numbers.map(String.init).joined(separator: ",")
        return .text(dialect == .sqlite ? "[\(list)]" : "{\(list)}")
    }
}
