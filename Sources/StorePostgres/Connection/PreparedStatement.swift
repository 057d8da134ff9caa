import Store

/// A statement that the server has parsed, on one connection.
struct PreparedStatement: Sendable {
    let name: String
    let parameterTypes: [PostgresType]

    /// - Parameters:
    ///   - name: its name on its connection.
    ///   - description: what the server says about it.
    /// - Throws: `StoreError` when it answers with a column that cannot be read: better told before it runs.
    init(name: String, description: borrowing PostgresResult) throws(StoreError) {
        self.name = name
        parameterTypes = description.parameterTypes
        for type in description.columnTypes { try type.checkReadable() }
    }
}

/// What one connection keeps by the text of a statement, up to a bound; the longest unused goes first.
struct StatementCache<Value> {
    private struct Entry {
        var value: Value
        var lastUse: UInt64
    }

    private let countMax: Int
    private var entries: [String: Entry] = [:]
    private var clock: UInt64 = 0

    init(countMax: Int) { self.countMax = countMax }

    var count: Int { entries.count }

    /// The value of a statement, which counts as a use of it.
    subscript(sql: String) -> Value? {
        mutating get {
            clock += 1
            entries[sql]?.lastUse = clock
            return entries[sql]?.value
        }
        set {
            clock += 1
            entries[sql] = newValue.map { Entry(value: $0, lastUse: clock) }
        }
    }

    /// Takes out the longest unused of those that may go, when there are too many.
    mutating func evict(where mayGo: (Value) -> Bool) -> Value? {
        guard entries.count > countMax else { return nil }
        let oldest = entries.filter { mayGo($0.value.value) }.min { $0.value.lastUse < $1.value.lastUse }
        guard let oldest else { return nil }
        entries[oldest.key] = nil
        return oldest.value.value
    }
}
