import Bus
import BusZeroMQ
import Glibc
import Store
import StorePostgres

/// Puts a backup into the place of the database; blocks.
///
/// What was there is kept: a SQLite file under another name, a PostgreSQL database as one more backup.
struct DatabaseRestore {
    let place: DatabasePlace
    let backupFolder: String
    /// Whether a database that is not empty may be replaced.
    let replaces: Bool
    let now: @Sendable () -> Timestamp
    let onProgress: @Sendable (String) -> Void

    /// What a restore came to.
    struct Outcome {
        let manifest: BackupManifest
        /// Where the database is that was replaced.
        let kept: String?
    }

    /// Restores and counts; migrating comes after it.
    ///
    /// - Throws: `DatabaseFailure`: `.tempFail` while a daemon has the database, `.cannotCreate` when it is not empty,
    ///   `.dataError` for a backup that is damaged or of the other engine.
    func restore(from path: String) throws -> Outcome {
        let manifest = try verifiedManifest(of: path)
        guard manifest.engine == place.engine else {
            throw DatabaseFailure(
                .dataError,
                "\(path) is of \(manifest.engine.rawValue), and store.engine is \(place.engine.rawValue)"
            )
        }
        let kept =
            switch place {
            case .sqlite(let config): try restore(path, manifest, to: config)
            case .postgres(let config): try restore(path, manifest, to: config)
            }
        return Outcome(manifest: manifest, kept: kept)
    }

    /// The manifest of a backup whose content is what the manifest says.
    func verifiedManifest(of path: String) throws(DatabaseFailure) -> BackupManifest {
        onProgress("reading \(BackupFile.name(of: path))")
        let manifest = try BackupManifest.read(of: path)
        guard try BackupFile.sha256(path) == manifest.sha256 else {
            throw DatabaseFailure(.dataError, "\(path) is not what its manifest says: it is damaged or was changed")
        }
        return manifest
    }

    private func refusal(_ what: String) -> DatabaseFailure {
        DatabaseFailure(
            .cannotCreate,
            "\(place.text) \(what): --replace puts the backup in its place and keeps the old one"
        )
    }

    private func check(_ counts: [String: Int64], _ manifest: BackupManifest) throws(DatabaseFailure) {
        for (table, count) in manifest.counts.sorted(by: { $0.key < $1.key }) where counts[table] != count {
            throw DatabaseFailure(
                .dataError,
                "\(table) has \(counts[table] ?? 0) rows and should have \(count): the restored database is not whole"
            )
        }
    }

    // MARK: SQLite

    private func restore(_ path: String, _ manifest: BackupManifest, to config: SQLiteConfig) throws -> String? {
        let hold = try SQLiteHold(path: config.path)
        defer { withExtendedLifetime(hold) {} }
        guard replaces || !place.exists else { throw refusal("is there already") }
        let fresh = "\(config.path).restoring"
        onProgress("copying")
        try BackupFile.copy(path, to: fresh)
        try check(try SQLiteBackup(path: fresh).inspect().counts, manifest)
        try BackupFile.sync(fresh)
        let kept = try setAside(config.path)
        try BackupFile.publish(fresh, as: config.path)
        return kept
    }

    /// Renames a database with the files that belong to it.
    private func setAside(_ path: String) throws(DatabaseFailure) -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        let kept = "\(path).replaced-\(now().milliseconds)"
        // The write-ahead log first: without its database it is nothing, but the other way round writes are missing.
        for ending in ["-wal", "-shm", ""] where access(path + ending, F_OK) == 0 {
            guard rename(path + ending, kept + ending) == 0 else {
                throw DatabaseFailure(
                    .ioError,
                    "\(path)\(ending) cannot be renamed: \(String(cString: strerror(errno)))"
                )
            }
        }
        return kept
    }

    // MARK: PostgreSQL

    private func restore(_ path: String, _ manifest: BackupManifest, to config: PostgresConfig) throws -> String? {
        let connection = try place.connect(.readWrite)
        if let holder = try DatabaseHolder.find(place, connection) {
            throw DatabaseFailure(.tempFail, "\(place.text) is in use by \(holder): stop it first")
        }
        var kept: String?
        if try !PostgresObjects(connection).isEmpty {
            guard replaces else { throw refusal("is not empty") }
            let name = "\(backupFolder)/before-restore-\(now().milliseconds).pgdump"
            onProgress("backing up what is there")
            try DatabaseBackup(place, now: now, onProgress: onProgress).take(to: name)
            kept = name
            try PostgresObjects(connection).drop()
        }
        onProgress("running pg_restore")
        try PostgresTool("pg_restore", config).run(PostgresObjects.restoreArguments(path, database: config.database))
        onProgress("counting")
        try check(try TableShape.counts(connection), manifest)
        return kept
    }
}

/// What belongs to the station in a PostgreSQL database.
struct PostgresObjects {
    private let connection: any MaintenanceConnection

    init(_ connection: any MaintenanceConnection) { self.connection = connection }

    static func restoreArguments(_ path: String, database: String) -> [String] {
        [
            "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
            "--dbname=\(database)", path,
        ]
    }

    var isEmpty: Bool {
        get throws { try connection.rows(PostgresObjects.statements).isEmpty }
    }

    /// Drops everything but what extensions have made.
    func drop() throws {
        try connection.inTransaction("BEGIN") {
            for statement in try connection.rows(PostgresObjects.statements).compactMap({ $0[0].text }) {
                try connection.rows(statement)
            }
        }
    }

    private static let statements = """
        SELECT 'DROP SCHEMA cmq CASCADE' FROM pg_namespace WHERE nspname = 'cmq'
        UNION ALL
        SELECT format('DROP TABLE IF EXISTS %s CASCADE', c.oid::regclass) FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
        WHERE p.pronamespace = current_schema()::regnamespace
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        """
}
