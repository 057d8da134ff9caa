package import Bus
import GRDB

/// Looks after a SQLite file.
package final class SQLiteMaintenance: MaintenanceConnection {
    package enum Mode: Hashable, Sendable {
        case readOnly
        case readWrite
    }

    private let queue: DatabaseQueue

    /// Opens a file that is there.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - mode: what may be done with it.
    ///   - now: the clock behind `station_now()`.
    /// - Throws: `StoreError`: `.unreachable`, `.corrupt`.
    package init(path: String, mode: Mode, now: @escaping @Sendable () -> Timestamp = { .now }) throws(StoreError) {
        var configuration = Configuration()
        configuration.label = "maintenance"
        configuration.readonly = mode == .readOnly
        configuration.busyMode = .timeout(10)
        // Transactions here span several calls.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            database.add(function: DatabaseFunction("station_now", argumentCount: 0) { _ in now().nanoseconds })
        }
        let settings = configuration
        queue = try StoreError.translating { try DatabaseQueue(path: path, configuration: settings) }
    }

    package var dialect: SQLDialect { .sqlite }

    @discardableResult
    package func rows(_ sql: String, _ arguments: [SQLValue]) throws(StoreError) -> [SQLRow] {
        try StoreError.translating {
            try queue.inDatabase { database in
                let statement = try database.makeStatement(sql: sql)
                statement.setUncheckedArguments(StatementArguments(arguments.map { $0.databaseValue }))
                return try Row.fetchAll(statement).map { $0.databaseValues.map(SQLValue.init) }
            }
        }
    }

    private static let batchCount = 500
    /// A batch ends once it is larger, so that pictures do not fill the memory.
    private static let batchBytesMax = 4 * 1024 * 1024

    package func stream(_ sql: String, _ body: ([SQLRow]) throws -> Void) throws {
        try queue.inDatabase { database in
            let cursor = try Row.fetchCursor(database, sql: sql)
            var batch: [SQLRow] = []
            var sizeBytes = 0
            while let row = try cursor.next() {
                batch.append(row.databaseValues.map(SQLValue.init))
                sizeBytes += batch[batch.count - 1].reduce(0) { $0 + $1.sizeBytes }
                guard batch.count == SQLiteMaintenance.batchCount || sizeBytes >= SQLiteMaintenance.batchBytesMax
                else { continue }
                try body(batch)
                batch.removeAll(keepingCapacity: true)
                sizeBytes = 0
            }
            if !batch.isEmpty { try body(batch) }
        }
    }

    /// Writes a copy of the database as it is now into a new file, also while others write.
    ///
    /// - Parameters:
    ///   - path: a file that is not there yet.
    ///   - onProgress: called a few times a second.
    /// - Throws: `StoreError`: `.full`, `.unreachable`, `.corrupt`, `.failed` when the file is there.
    package func copy(into path: String, onProgress: @escaping () -> Void) throws(StoreError) {
        try StoreError.translating {
            try queue.inDatabase { database in
                try database.whileReporting(to: onProgress) {
                    try database.execute(sql: "VACUUM INTO ?", arguments: [path])
                }
            }
        }
    }

    /// Makes an empty database in memory with this program's schema, to compare with.
    package static func blank() throws(StoreError) -> SQLiteMaintenance {
        let blank = try SQLiteMaintenance(path: ":memory:", mode: .readWrite)
        try StoreError.translating {
            try blank.queue.inDatabase { database in
                for migration in Migration.all { try database.execute(sql: migration.sqlite) }
            }
        }
        return blank
    }
}

/// Keeps daemons away from a SQLite database while it is replaced.
package final class SQLiteHold: Sendable {
    private let lock: StateLock

    /// - Parameter path: that of the database.
    /// - Throws: `StoreError` with `.locked`, naming the process that has it.
    package init(path: String) throws(StoreError) { lock = try StateLock(path: path + ".lock") }
}
