import Bus
import GRDB
import Glibc

/// Everything that happens between a path and a store that can be used.
///
/// Blocks; runs on the writer's thread.
struct SQLiteOpening {
    let config: SQLiteConfig
    let migrations: [Migration]
    let now: @Sendable () -> Timestamp
    let onProgress: @Sendable (OpenProgress) -> Void

    func open() throws(StoreError) -> StoreWriter.Opened<DatabasePool> {
        onProgress(.opening)
        let lock = try StateLock(path: config.path + ".lock", isShared: config.isShared)
        return try StoreError.translating {
            let pool = try DatabasePool(path: config.path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                try migrate(database)
                try setPragmas(database)
                try check(database)
            }
            let position = try pool.read { try $0.logPosition() }
            return StoreWriter.Opened(
                connection: SQLiteConnection(pool: pool, lock: lock, isShared: config.isShared),
                position: position,
                reader: pool
            )
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.busyMode = .timeout(config.busyTimeoutSeconds)
        configuration.maximumReaderCount = max(1, config.readersMax)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { [now] database in
            // The clock of the database, under the name that it has in PostgreSQL too.
            database.add(function: DatabaseFunction("station_now", argumentCount: 0) { _ in now().nanoseconds })
            // No mmap: an input error would then be a signal instead of an error code.
            // Small caches: the system caches the file too, and the daemon's memory is bounded.
            let cacheKiB = database.configuration.readonly ? 1024 : 4096
            try database.execute(
                sql: "PRAGMA mmap_size = 0; PRAGMA cache_size = -\(cacheKiB); PRAGMA temp_store = MEMORY"
            )
        }
        return configuration
    }

    // MARK: Schema

    private func migrate(_ database: Database) throws {
        let applied = try appliedMigrations(database)
        let plan = try MigrationPlan(known: migrations, applied: applied)
        guard let first = plan.pending.first else { return }
        if !plan.isFreshDatabase { try backUp(database, before: first) }
        for migration in plan.pending {
            onProgress(.migrating(id: migration.id))
            try reportingProgress(of: database) {
                try database.inTransaction(.immediate) {
                    try database.execute(sql: SQLiteOpening.createMigrations)
                    // Another process may have come first.
                    guard try !isApplied(migration, in: database) else { return .commit }
                    try database.execute(sql: migration.sqlite)
                    try database.execute(
                        sql: "INSERT INTO schema_migration (id, checksum, applied_at) VALUES (?, ?, ?)",
                        arguments: [migration.id, migration.checksum, now().nanoseconds]
                    )
                    return .commit
                }
            }
        }
    }

    private func isApplied(_ migration: Migration, in database: Database) throws -> Bool {
        let checksum = try String.fetchOne(
            database,
            sql: "SELECT checksum FROM schema_migration WHERE id = ?",
            arguments: [migration.id]
        )
        guard checksum == nil || checksum == migration.checksum else {
            throw StoreError(.schemaChanged, migration.id)
        }
        return checksum != nil
    }

    private static let createMigrations = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            id TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """

    private func appliedMigrations(_ database: Database) throws -> [AppliedMigration] {
        guard try database.tableExists("schema_migration") else {
            // An empty file is a fresh database; anything else is not ours to write into.
            guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 else {
                throw StoreError(.schemaChanged, config.path)
            }
            return []
        }
        return try Row.fetchAll(database, sql: "SELECT id, checksum FROM schema_migration ORDER BY id").map {
            AppliedMigration(id: $0[0], checksum: $0[1])
        }
    }

    /// Copies the database as it is, to go back to: migrations only go forward.
    private func backUp(_ database: Database, before migration: Migration) throws {
        let path = "\(config.path).before-\(migration.id).\(now().milliseconds)"
        onProgress(.backingUp(path: path))
        try reportingProgress(of: database) {
            try database.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
    }

    private func reportingProgress<Value>(of database: Database, _ body: () throws -> Value) rethrows -> Value {
        try database.whileReporting(to: { onProgress(.working) }, body)
    }

    // MARK: Durability

    /// GRDB sets `synchronous` to NORMAL when it switches to WAL, after any preparation, so it is set and read here.
    private func setPragmas(_ database: Database) throws {
        try database.execute(
            sql: """
                PRAGMA synchronous = \(config.synchronous.pragmaValue);
                PRAGMA wal_autocheckpoint = 4000;
                PRAGMA journal_size_limit = 67108864;
                """
        )
        guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == config.synchronous.pragmaValue,
            try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
        else { throw StoreError(.failed, "synchronous=\(config.synchronous.rawValue) is not in force") }
        guard config.sizeBytesMax > 0 else { return }
        let pageBytes = try UInt64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
        try database.execute(sql: "PRAGMA max_page_count = \(max(1, config.sizeBytesMax / pageBytes))")
    }

    // MARK: Integrity

    private func check(_ database: Database) throws {
        onProgress(.checking)
        if config.check == .everything {
            let finding = try reportingProgress(of: database) {
                try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
            }
            guard finding == "ok" else { throw StoreError(.corrupt, config.path, detail: finding ?? "") }
        }
        // One moment, in which others do not write.
        try database.inTransaction(.deferred) {
            try checkEnds(database)
            return .commit
        }
    }

    private func checkEnds(_ database: Database) throws {
        let position = try database.logPosition()
        let oldest = try UInt64.fetchOne(database, sql: "SELECT min(log_offset) FROM event_log")
        let newest = try UInt64.fetchOne(database, sql: "SELECT max(log_offset) FROM event_log")
        try position.check(oldest: oldest, newest: newest)
    }
}

extension Database {
    func logPosition() throws -> LogPosition {
        guard let row = try Row.fetchOne(self, sql: "SELECT head, oldest, size_bytes FROM log_position") else {
            throw StoreError(.corrupt, "log_position is empty")
        }
        return LogPosition(head: row[0], oldest: row[1], sizeBytes: row[2])
    }
}
