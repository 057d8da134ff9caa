package import Bus
import Glibc
import Store
import StorePostgres

/// Takes a backup and looks at it before it counts as one; blocks.
///
/// A daemon may write meanwhile: the copy is of one moment, SQLite's by `VACUUM INTO`, PostgreSQL's by `pg_dump` in a snapshot
/// in which the rows are counted too.
package struct DatabaseBackup: Sendable {
    let place: DatabasePlace
    let now: @Sendable () -> Timestamp
    /// Told what is being done, a few times a second.
    let onProgress: @Sendable (String) -> Void

    package init(
        _ place: DatabasePlace,
        now: @escaping @Sendable () -> Timestamp = { .now },
        onProgress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.place = place
        self.now = now
        self.onProgress = onProgress
    }

    /// Takes a backup, with its manifest beside it.
    ///
    /// - Parameter path: where to; no such file may be there yet.
    /// - Returns: its manifest.
    /// - Throws: `DatabaseFailure`; there is no file then.
    @discardableResult
    package func take(to path: String) throws(DatabaseFailure) -> BackupManifest {
        guard access(path, F_OK) != 0 else { throw DatabaseFailure(.cannotCreate, "\(path) is there already") }
        try BackupFile.makeFolder(BackupFile.folder(of: path))
        let temporary = "\(path).part"
        try BackupFile.remove(temporary)
        do {
            let takenAt = now()
            let (schema, counts) =
                switch place {
                case .sqlite(let config): try copy(config, to: temporary)
                case .postgres(let config): try dump(config, to: temporary)
                }
            onProgress("reading the copy")
            let manifest = BackupManifest(
                engine: place.engine,
                schema: schema,
                takenAt: takenAt,
                counts: counts,
                sizeBytes: try BackupFile.sizeBytes(temporary),
                sha256: try BackupFile.sha256(temporary)
            )
            // The manifest first: what has the backup's name has one.
            try BackupFile.write("\(manifest.json)\n", to: BackupManifest.path(of: temporary))
            try BackupFile.publish(BackupManifest.path(of: temporary), as: BackupManifest.path(of: path))
            try BackupFile.publish(temporary, as: path)
            return manifest
        } catch {
            for leftover in [temporary, BackupManifest.path(of: temporary), temporary + "-journal"] {
                try BackupFile.remove(leftover)
            }
            throw DatabaseFailure(error)
        }
    }

    // MARK: SQLite

    private func copy(_ config: SQLiteConfig, to path: String) throws -> (schema: String, counts: [String: Int64]) {
        guard place.exists else { throw StoreError(.unreachable, config.path, detail: "there is no such file") }
        try SQLiteMaintenance(path: config.path, mode: .readOnly).copy(into: path) { onProgress("copying") }
        onProgress("checking the copy")
        return try SQLiteBackup(path: path).inspect()
    }

    // MARK: PostgreSQL

    private func dump(
        _ config: PostgresConfig,
        to path: String
    ) throws -> (schema: String, counts: [String: Int64]) {
        let connection = try place.connect()
        let (schema, counts) = try connection.inTransaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY") {
            let snapshot = try connection.rows("SELECT pg_export_snapshot()").first?[0].text ?? ""
            let state = try SchemaState(connection)
            let counts = try TableShape.counts(connection)
            onProgress("running pg_dump")
            try PostgresTool("pg_dump", config).run([
                "--format=custom", "--no-password", "--snapshot=\(snapshot)", "--file=\(path)",
            ])
            return (state.version, counts)
        }
        onProgress("checking the dump")
        let dumped = try PostgresDump(path: path, config: config).counts()
        for (table, count) in counts where dumped[table] != count {
            throw DatabaseFailure(
                .dataError,
                "the dump has \(dumped[table] ?? 0) rows of \(table), the database has \(count)"
            )
        }
        return (schema, counts)
    }
}

/// A SQLite file that was taken as a backup.
struct SQLiteBackup {
    let path: String

    /// Looks at every page, and counts.
    ///
    /// - Throws: `DatabaseFailure` with `.dataError` for a damaged file.
    func inspect() throws -> (schema: String, counts: [String: Int64]) {
        let connection: SQLiteMaintenance
        let findings: [String]
        do throws(StoreError) {
            connection = try SQLiteMaintenance(path: path, mode: .readOnly)
            findings = try connection.rows("PRAGMA integrity_check(10)").compactMap { $0[0].text }
        } catch {
            throw DatabaseFailure(.dataError, "\(path) is no usable backup: \(StoreAdvice.text(error))")
        }
        guard findings == ["ok"] else {
            throw DatabaseFailure(.dataError, "\(path) is damaged: \(findings.joined(separator: "; "))")
        }
        return (try SchemaState(connection).version, try TableShape.counts(connection))
    }
}
