import FoundationEssentials
import GRDB

extension SQLValue {
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let integer): self = .integer(integer)
        case .double(let real): self = .real(real)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob(Array(data))
        }
    }

    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .real(let real): real.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }
}

extension Database {
    /// Runs a cached statement.
    func run(_ sql: String, _ arguments: [SQLValue], rowsMax: Int) throws -> StatementAnswer {
        let statement = try cachedStatement(sql: sql)
        statement.setUncheckedArguments(StatementArguments(arguments.map { $0.databaseValue }))
        let before = totalChangesCount
        var rows: [SQLRow] = []
        if statement.columnCount == 0 {
            try statement.execute()
        } else {
            let cursor = try Row.fetchCursor(statement)
            while let row = try cursor.next() {
                guard rows.count < rowsMax else { throw StoreError(.tooLarge, "result") }
                rows.append(row.databaseValues.map(SQLValue.init))
            }
        }
        // The total also counts what triggers did, and the last count is not the statement's when it changed nothing.
        return StatementAnswer(changedCount: totalChangesCount == before ? 0 : changesCount, rows: rows)
    }
}
