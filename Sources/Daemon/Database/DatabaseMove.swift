import BusZeroMQ
import JSON
import Store
import StorePostgres

/// Copies a SQLite home into an empty PostgreSQL database and proves that both hold the same; blocks.
///
/// All is one transaction: a move that is interrupted leaves the target as it was, and is simply started again.
struct DatabaseMove {
    let source: SQLiteConfig
    let target: PostgresConfig
    let onProgress: @Sendable (String) -> Void

    /// One table, as both sides have it.
    struct Moved {
        let table: String
        let source: TableDigest
        let target: TableDigest

        var isSame: Bool { source == target }
    }

    func report() throws -> DatabaseReport {
        let moved = try move()
        var rows = [["table", "rows", "digest"]]
        for table in moved {
            rows.append([table.table, "\(table.source.rowCount)", String(table.source.hexadecimal.prefix(16))])
        }
        return DatabaseReport(
            lines: DatabaseReport.table(rows) + [
                "", "everything is in \(target), row for row; now change these settings:", "", "    [store]",
                "    engine = \"postgres\"", "",
                "\(source.path) is as it was; put it away once the station runs on PostgreSQL",
            ],
            json: [
                "ok": true, "source": .string(source.path), "target": .string("\(target)"),
                "tables": .array(
                    moved.map {
                        [
                            "table": .string($0.table), "rows": .int($0.source.rowCount),
                            "digest": .string($0.source.hexadecimal),
                        ]
                    }
                ),
                "settings": ["store.engine": "postgres"],
            ]
        )
    }

    func move() throws -> [Moved] {
        // Nobody writes to the source meanwhile.
        let hold = try SQLiteHold(path: source.path)
        defer { withExtendedLifetime(hold) {} }
        let from = try DatabasePlace.sqlite(source).connect()
        let into = try DatabasePlace.postgres(target).connect(.readWrite)
        let (old, new) = (try SchemaState(from), try SchemaState(into))
        guard old.applied == new.applied, old.pending.isEmpty else {
            throw DatabaseFailure(
                .config,
                "the source is at \(old.version), the target at \(new.version): run `cryptocallctl db migrate` first"
            )
        }
        try requireEmpty(into)
        return try from.inTransaction("BEGIN") {
            try into.inTransaction("BEGIN") {
                let tables = try TableMatch.all(from, into)
                try into.rows("TRUNCATE \(tables.map(\.target.place).joined(separator: ", "))")
                var digests: [TableDigest] = []
                for table in tables { digests.append(try copy(table, from, into)) }
                try copyCounters(tables, from, into)
                return try zip(tables, digests).map { table, digest in
                    try verify(table, digest, into)
                }
            }
        }
    }

    /// - Throws: `DatabaseFailure` unless the target holds what a new database holds.
    private func requireEmpty(_ target: any MaintenanceConnection) throws {
        if let holder = try DatabaseHolder.find(.postgres(self.target), target) {
            throw DatabaseFailure(.tempFail, "\(self.target) is in use by \(holder): stop it first")
        }
        let blank = try TableShape.counts(try SQLiteMaintenance.blank())
        for (table, count) in try TableShape.counts(target).sorted(by: { $0.key < $1.key })
        where count != blank[table] ?? 0 {
            throw DatabaseFailure(
                .cannotCreate,
                "\(self.target) is not empty: \(table) has \(count) rows; a move wants a database of its own"
            )
        }
    }

    // MARK: Copying

    private func copy(
        _ table: TableMatch,
        _ from: any MaintenanceConnection,
        _ into: any MaintenanceConnection
    ) throws -> TableDigest {
        var digest = TableDigest(jsonColumns: table.jsonColumns)
        try from.stream(table.sourceQuery) { rows in
            for row in rows { digest.add(row) }
            var rest = rows[...]
            while !rest.isEmpty {
                let batch = rest.prefix(table.batchCount)
                rest = rest.dropFirst(batch.count)
                try into.rows(table.insertion(of: batch.count), batch.flatMap { $0 })
            }
            onProgress("copying \(table.source.name): \(digest.rowCount) rows")
        }
        return digest
    }

    private func verify(
        _ table: TableMatch,
        _ source: TableDigest,
        _ into: any MaintenanceConnection
    ) throws -> Moved {
        onProgress("comparing \(table.source.name)")
        var digest = TableDigest(jsonColumns: table.jsonColumns)
        try into.stream(table.targetQuery) { rows in for row in rows { digest.add(row) } }
        let moved = Moved(table: table.source.name, source: source, target: digest)
        guard moved.isSame else {
            throw DatabaseFailure(
                .dataError,
                "\(moved.table) came out differently (\(source.rowCount) rows, then \(digest.rowCount)): nothing was moved"
            )
        }
        return moved
    }

    /// Lets ids go on behind the last that was given.
    private func copyCounters(
        _ tables: [TableMatch],
        _ from: any MaintenanceConnection,
        _ into: any MaintenanceConnection
    ) throws {
        for row in try from.rows("SELECT name, last_msg_id FROM message_queue") {
            try into.rows("SELECT cmq.set_last_msg_id($1, $2::bigint)", [row[0], row[1]])
        }
        let sequences = try from.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'")
        let hasSequences = sequences.first?[0].isTrue ?? false
        for row in try into.rows(TableMatch.identities) {
            guard let name = row[0].text, let column = row[1].text,
                let table = tables.first(where: { $0.target.place == TableShape.quoted(name) })
            else { continue }
            var last =
                try from.rows("SELECT max(\(TableShape.quoted(column))) FROM \(table.source.place)").first?[0].integer
                ?? 0
            if hasSequences {
                let given = try from.rows("SELECT seq FROM sqlite_sequence WHERE name = ?1", [.text(table.source.name)])
                last = max(last, given.first?[0].integer ?? 0)
            }
            guard last > 0 else { continue }
            try into.rows(
                "SELECT setval(pg_get_serial_sequence($1, $2), $3::bigint)",
                [.text(table.target.place), .text(column), .integer(last)]
            )
        }
    }
}
