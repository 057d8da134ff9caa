/// A connection for looking after a database: it migrates nothing and blocks its thread.
///
/// Unlike a store it also opens what a running daemon has open, what is older or newer than this program, and what is damaged.
package protocol MaintenanceConnection: AnyObject {
    var dialect: SQLDialect { get }

    /// Runs one statement and returns its rows.
    @discardableResult
    func rows(_ sql: String, _ arguments: [SQLValue]) throws(StoreError) -> [SQLRow]

    /// Hands over all rows of a query, some hundred at a time.
    func stream(_ sql: String, _ body: ([SQLRow]) throws -> Void) throws
}

extension MaintenanceConnection {
    @discardableResult
    package func rows(_ sql: String) throws(StoreError) -> [SQLRow] { try rows(sql, []) }

    /// Runs a body within one transaction; in SQLite one that only reads may run beside a daemon that writes.
    package func inTransaction<Value>(_ begin: String, _ body: () throws -> Value) throws -> Value {
        try rows(begin)
        let value: Value
        do {
            value = try body()
        } catch {
            // Fails only when the transaction is gone already, which is as good.
            _ = try? rows("ROLLBACK")
            throw error
        }
        try rows("COMMIT")
        return value
    }
}
