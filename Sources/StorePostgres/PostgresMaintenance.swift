package import Store

/// Looks after a PostgreSQL database, over one connection of its own.
///
/// Statements may take as long as they need.
package final class PostgresMaintenance: MaintenanceConnection {
    /// What the server's lists of connections show, so that this is not taken for a daemon.
    package static let applicationName = "cryptocall maintenance"

    private let session: PostgresSession
    private var cursorCount = 0

    /// Connects; blocks.
    ///
    /// - Throws: `StoreError`: `.unreachable`, `.accessDenied`, `.noSuchDatabase`, `.insecure`.
    package init(_ config: PostgresConfig) throws(StoreError) {
        var patient = config
        patient.statementTimeoutSeconds = 0
        patient.transactionIdleTimeoutSeconds = 0
        patient.applicationName = PostgresMaintenance.applicationName
        session = try PostgresSession(patient, patience: .seconds(86_400))
    }

    package var dialect: SQLDialect { .postgres }

    @discardableResult
    package func rows(_ sql: String, _ arguments: [SQLValue]) throws(StoreError) -> [SQLRow] {
        try session.rows(sql, arguments)
    }

    package func stream(_ sql: String, _ body: ([SQLRow]) throws -> Void) throws {
        guard session.isInTransaction else {
            return try inTransaction("BEGIN") { try stream(sql, body) }
        }
        // A name of its own each time: what was prepared for one cursor does not fit another's columns.
        cursorCount += 1
        let cursor = "maintenance_\(cursorCount)"
        try rows("DECLARE \(cursor) NO SCROLL CURSOR FOR \(sql)")
        // How large rows are shows only once they are there: begun with a few, so that pictures do not fill the memory.
        var count = 16
        while true {
            let batch = try rows("FETCH \(count) FROM \(cursor)")
            guard !batch.isEmpty else { break }
            try body(batch)
            let sizeBytes = batch.reduce(0) { $0 + $1.reduce(0) { $0 + $1.sizeBytes } }
            count = sizeBytes < 1024 * 1024 ? min(500, count * 2) : max(1, count / 2)
        }
        try rows("CLOSE \(cursor)")
    }
}
