import Bus
import BusZeroMQ
import Glibc
import JSON
import Store
import StorePostgres

/// Restores a backup into a place of its own, and compares: the test that a backup is one; blocks.
struct BackupTrial {
    let place: DatabasePlace
    let cacheFolder: String
    let now: @Sendable () -> Timestamp
    let onProgress: @Sendable (String) -> Void

    func report(of path: String) throws -> DatabaseReport {
        let manifest = try DatabaseRestore(
            place: place,
            backupFolder: "",
            replaces: false,
            now: now,
            onProgress: onProgress
        ).verifiedManifest(of: path)
        let counts =
            switch (manifest.engine, place) {
            case (.sqlite, _): try tryFile(path)
            case (.postgres, .postgres(let config)): try tryServer(path, config)
            case (.postgres, .sqlite):
                throw DatabaseFailure(
                    .config,
                    "a backup of postgres is tried on the server of store.postgres: set store.engine"
                )
            }
        var rows = [["table", "in the backup", "restored"]]
        var isGood = counts.keys.sorted() == manifest.counts.keys.sorted()
        for (table, count) in manifest.counts.sorted(by: { $0.key < $1.key }) {
            rows.append([table, "\(count)", counts[table].map { "\($0)" } ?? "missing"])
            isGood = isGood && counts[table] == count
        }
        let verdict = isGood ? "the backup can be restored, and is whole" : "the backup is NOT whole"
        return DatabaseReport(
            lines: DatabaseReport.table(rows) + ["", verdict],
            json: [
                "ok": .bool(isGood), "path": .string(path), "manifest": manifest.json,
                "restored": .object(counts.mapValues { .int($0) }),
            ],
            exitCode: isGood ? .ok : .dataError
        )
    }

    private func tryFile(_ path: String) throws -> [String: Int64] {
        try BackupFile.makeFolder(cacheFolder)
        let copy = "\(cacheFolder)/trial-\(getpid()).sqlite"
        defer {
            // A trial's copy that stays is found by its name; the trial's own outcome is more important.
            for ending in ["", "-wal", "-shm", "-journal"] { unlink(copy + ending) }
        }
        onProgress("restoring")
        try BackupFile.copy(path, to: copy)
        onProgress("checking")
        return try SQLiteBackup(path: copy).inspect().counts
    }

    private func tryServer(_ path: String, _ config: PostgresConfig) throws -> [String: Int64] {
        var trial = config
        trial.database = "\(config.database.prefix(40))_trial_\(getpid())"
        let connection = try place.connect(.readWrite)
        let name = TableShape.quoted(trial.database)
        do {
            try connection.rows("CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'UTF8'")
        } catch {
            throw DatabaseFailure(
                .noPermission,
                "no database can be made for the trial: \(StoreAdvice.text(error)): let the user \(config.user) make "
                    + "databases (ALTER ROLE … CREATEDB), or try the backup on another server"
            )
        }
        let counts: [String: Int64]
        do {
            onProgress("running pg_restore")
            try PostgresTool("pg_restore", trial).run(PostgresObjects.restoreArguments(path, database: trial.database))
            onProgress("counting")
            counts = try TableShape.counts(try DatabasePlace.postgres(trial).connect())
        } catch {
            try connection.rows("DROP DATABASE \(name)")
            throw error
        }
        try connection.rows("DROP DATABASE \(name) WITH (FORCE)")
        return counts
    }
}
