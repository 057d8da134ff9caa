import Bus
import Store

/// Everything that happens between an address and a store that can be used.
///
/// Blocks; runs on the writer's thread.
struct PostgresOpening {
    let config: PostgresConfig
    let migrations: [Migration]
    let now: @Sendable () -> Timestamp
    let onProgress: @Sendable (OpenProgress) -> Void

    func open() throws(StoreError) -> StoreWriter.Opened<Void> {
        onProgress(.opening)
        try migrate()
        let session = try PostgresSession(config)
        onProgress(.checking)
        let position = try check(session)
        let connection = try PostgresWriterConnection(config, session: session)
        return StoreWriter.Opened(connection: connection, position: position, reader: ())
    }

    // MARK: Schema

    /// What has been applied to the database.
    func applied() throws(StoreError) -> [AppliedMigration] { try appliedMigrations(try PostgresSession(config)) }

    /// Several daemons may start at once: one migrates, the others wait for it and find nothing left to do.
    private func migrate() throws(StoreError) {
        guard try !MigrationPlan(known: migrations, applied: applied()).pending.isEmpty else { return }
        // A migration may take as long as it needs, so this connection has a patience of its own.
        var patient = config
        patient.statementTimeoutSeconds = 0
        let session = try PostgresSession(patient, patience: .seconds(86_400)) { onProgress(.working) }
        try session.rows("SELECT pg_advisory_lock($1)", [.integer(PostgresOpening.lockKey)])
        for migration in try MigrationPlan(known: migrations, applied: appliedMigrations(session)).pending {
            onProgress(.migrating(id: migration.id))
            try apply(migration, session)
        }
        // The lock goes with the connection.
    }

    /// Any number that nobody else uses: the first bytes of `cryptocall`.
    private static let lockKey: Int64 = 0x6372_7970_746f_6361

    private func apply(_ migration: Migration, _ session: PostgresSession) throws(StoreError) {
        try session.run([.plain("BEGIN"), .plain(PostgresOpening.createMigrations)])
        try session.runSimple(migration.postgres)
        try session.rows(
            "INSERT INTO schema_migration (id, checksum, applied_at) VALUES ($1, $2, $3)",
            [.text(migration.id), .text(migration.checksum), .integer(now().nanoseconds)]
        )
        try session.run([.plain("COMMIT")])
    }

    private static let createMigrations = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            id text COLLATE "C" PRIMARY KEY, checksum text NOT NULL, applied_at bigint NOT NULL
        )
        """

    private func appliedMigrations(_ session: PostgresSession) throws(StoreError) -> [AppliedMigration] {
        let found = try session.rows(PostgresOpening.whatIsThere)
        guard found[0][0].isTrue else {
            // An empty database is a fresh one; anything else is not ours to write into.
            guard found[0][1] == .integer(0) else { throw StoreError(.schemaChanged, config.description) }
            return []
        }
        return try session.rows("SELECT id, checksum FROM schema_migration ORDER BY id").map {
            AppliedMigration(id: $0[0].text ?? "", checksum: $0[1].text ?? "")
        }
    }

    /// Whether there is our table, and how many there are in our schema that do not belong to an extension.
    ///
    /// In one statement, because another daemon may be migrating: the tables are counted as of its beginning, and ours
    /// is looked for later.
    private static let whatIsThere = """
        SELECT to_regclass('schema_migration') IS NOT NULL, (
            SELECT count(*) FROM pg_class c
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        )
        """

    // MARK: Integrity

    /// One statement, so that others may write meanwhile.
    private func check(_ session: PostgresSession) throws(StoreError) -> LogPosition {
        let rows = try session.rows(
            """
            SELECT head, oldest, size_bytes, (SELECT min(log_offset) FROM event_log),
            (SELECT max(log_offset) FROM event_log) FROM log_position
            """
        )
        let position = try PostgresWriterConnection.position(rows.map { Array($0.prefix(3)) })
        func offset(_ value: SQLValue?) -> UInt64? { value?.integer.map { UInt64(clamping: $0) } }
        try position.check(oldest: offset(rows.first?[3]), newest: offset(rows.first?[4]))
        return position
    }
}
