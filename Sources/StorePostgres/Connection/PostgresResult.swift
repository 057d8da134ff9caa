import CPostgres
import Store

/// One result of libpq, freed with its owner.
struct PostgresResult: ~Copyable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    enum Status {
        case done
        /// The end of what one sync covers.
        case sync
        /// Not run, because something before it failed.
        case aborted
        case failed
    }

    var status: Status {
        switch PQresultStatus(pointer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: .done
        case PGRES_PIPELINE_SYNC: .sync
        case PGRES_PIPELINE_ABORTED: .aborted
        default: .failed
        }
    }

    // MARK: Failure

    private func field(_ code: Int32) -> String? { PQresultErrorField(pointer, code).map { String(cString: $0) } }

    /// The field codes are characters in C, whose names Swift does not import.
    private static func code(_ letter: Unicode.Scalar) -> Int32 { Int32(letter.value) }

    /// Empty when the failure is libpq's own, such as a lost connection.
    var state: SQLState { SQLState(field(PostgresResult.code("C")) ?? "") }

    var error: StoreError {
        let state = state
        let texts = [field(PostgresResult.code("M")), field(PostgresResult.code("D")), field(PostgresResult.code("n"))]
        let detail = texts.compactMap { $0 }.joined(separator: "; ")
        guard !state.text.isEmpty else {
            let message = String(cString: PQresultErrorMessage(pointer))
            return StoreError(.unreachable, "connection", detail: message.isEmpty ? "unexpected result" : message)
        }
        return StoreError(state.code, "postgres \(state.text)", detail: detail)
    }

    // MARK: Success

    /// What the command was, such as `COMMIT`.
    var tag: String { String(cString: PQcmdStatus(pointer)) }

    /// How many rows the statement changed; 0 for one that only reads.
    var changedCount: Int {
        guard !tag.hasPrefix("SELECT") else { return 0 }
        return Int(String(cString: PQcmdTuples(pointer))) ?? 0
    }

    /// The types of a described statement's parameters.
    var parameterTypes: [PostgresType] {
        (0..<PQnparams(pointer)).map { PostgresType(oid: PQparamtype(pointer, $0)) }
    }

    /// The types of the columns, also of a described statement.
    var columnTypes: [PostgresType] { (0..<PQnfields(pointer)).map { PostgresType(oid: PQftype(pointer, $0)) } }

    /// - Throws: `StoreError` with `.tooLarge` when there are more rows than `limit`, or `.failed` for a column that
    ///   cannot be read.
    func rows(limit: Int) throws(StoreError) -> [SQLRow] {
        let count = PQntuples(pointer)
        guard Int(count) <= limit else { throw StoreError(.tooLarge, "result", detail: "\(count) rows") }
        let types = columnTypes
        var rows: [SQLRow] = []
        rows.reserveCapacity(Int(count))
        for row in 0..<count {
            var values: SQLRow = []
            values.reserveCapacity(types.count)
            for (column, type) in types.enumerated() { values.append(try value(row, Int32(column), type)) }
            rows.append(values)
        }
        return rows
    }

    private func value(_ row: Int32, _ column: Int32, _ type: PostgresType) throws(StoreError) -> SQLValue {
        guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else { return .null }
        return try type.decode(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column))))
    }
}
