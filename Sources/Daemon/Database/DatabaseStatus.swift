import Bus
import BusZeroMQ
import Glibc
import JSON
import Store
import StorePostgres

/// Looks at a database without changing anything; blocks.
struct DatabaseStatus {
    let place: DatabasePlace
    let backupFolder: String

    func report() throws -> DatabaseReport {
        guard place.exists else {
            return DatabaseReport(
                lines: DatabaseReport.pairs([
                    ("engine", place.engine.rawValue), ("place", place.text), ("state", "not made yet"),
                ]),
                json: [
                    "engine": .string(place.engine.rawValue), "place": .string(place.text), "exists": false,
                ]
            )
        }
        let connection = try place.connect()
        let schema = try SchemaState(connection)
        let counts = try TableShape.counts(connection)
        let sizeBytes = try sizeBytes(connection)
        let holder = try DatabaseHolder.find(place, connection)
        let last = try lastBackup()
        var pairs = [
            ("engine", place.engine.rawValue), ("place", place.text), ("size", "\(sizeBytes / 1024) KiB"),
            ("schema", schema.version),
            ("pending", schema.pending.isEmpty ? "nothing" : schema.pending.joined(separator: ", ")),
            ("in use by", holder ?? "nobody"), ("last backup", last?.text ?? "none in \(backupFolder)"),
        ]
        if !schema.unknown.isEmpty { pairs.append(("newer than this program", schema.unknown.joined(separator: ", "))) }
        if !schema.changed.isEmpty { pairs.append(("changed", schema.changed.joined(separator: ", "))) }
        let rows = counts.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
        return DatabaseReport(
            lines: DatabaseReport.pairs(pairs) + [""] + DatabaseReport.table([["table", "rows"]] + rows),
            json: [
                "engine": .string(place.engine.rawValue), "place": .string(place.text), "exists": true,
                "sizeBytes": .int(sizeBytes), "schema": .string(schema.version),
                "applied": .array(schema.applied.map { .string($0) }),
                "pending": .array(schema.pending.map { .string($0) }),
                "unknown": .array(schema.unknown.map { .string($0) }),
                "changed": .array(schema.changed.map { .string($0) }), "counts": .object(counts.mapValues { .int($0) }),
                "inUseBy": holder.map { .string($0) } ?? .null,
                "lastBackup": last.map { .string("\(backupFolder)/\($0.text)") } ?? .null,
            ]
        )
    }

    private func sizeBytes(_ connection: any MaintenanceConnection) throws(StoreError) -> Int64 {
        let sql =
            connection.dialect == .sqlite
            ? "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            : "SELECT pg_database_size(current_database())"
        return try connection.rows(sql).first?[0].integer ?? 0
    }

    private func lastBackup() throws(DatabaseFailure) -> BackupName? {
        try BackupFile.names(in: backupFolder).compactMap(BackupName.init).max { $0.takenAt < $1.takenAt }
    }
}

/// Which daemon has a database open.
enum DatabaseHolder {
    /// - Returns: who it is, in a few words; `nil` for nobody.
    static func find(_ place: DatabasePlace, _ connection: any MaintenanceConnection) throws(StoreError) -> String? {
        switch place {
        case .sqlite(let config): return try holder(of: config)
        case .postgres(let config): return try holder(of: config, connection)
        }
    }

    /// Servers take a moment to notice that a connection has ended, so those that end meanwhile do not count.
    private static func holder(
        of config: PostgresConfig,
        _ connection: any MaintenanceConnection
    ) throws(StoreError) -> String? {
        var holder: String?
        for attempt in 0..<20 {
            // On a thread of its own, which `offPool` made: nobody else waits, and a second is the most.
            if attempt > 0 { usleep(50_000) }
            let row = try connection.rows(daemons, [.text(config.applicationName)]).first
            guard let row, let count = row[0].integer, count > 0 else { return nil }
            holder = "\(config.applicationName) at \(row[1].text ?? "?") with \(count) connections"
        }
        return holder
    }

    private static let daemons = """
        SELECT count(*), min(coalesce(host(client_addr), 'this machine')) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = $1::text AND pid <> pg_backend_pid()
        """

    private static func holder(of config: SQLiteConfig) throws(StoreError) -> String? {
        do throws(StoreError) {
            _ = try SQLiteHold(path: config.path)
            return nil
        } catch {
            guard error.code == .locked else { throw error }
            return error.subject
        }
    }
}
