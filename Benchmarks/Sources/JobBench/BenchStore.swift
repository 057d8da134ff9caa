import Bus
import Domain
import Store
import StorePostgres

/// The database that is measured, as the command line names it.
struct BenchStore {
    private enum Place {
        case sqlite(SQLiteConfig)
        case postgres(PostgresConfig)
    }

    private let place: Place

    /// - Returns: `nil` for anything but `sqlite:FILE` and `postgres:HOST:PORT:NAME:USER`.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("sqlite", 2):
            // As shipped: what was acknowledged is on the disk.
            place = .sqlite(SQLiteConfig(path: parts[1]))
        case ("postgres", 5):
            guard let port = UInt16(parts[2]) else { return nil }
            var config = PostgresConfig(host: parts[1], port: port, database: parts[3], user: parts[4])
            // Filling a table is one statement.
            config.statementTimeoutSeconds = 600
            place = .postgres(config)
        default: return nil
        }
    }

    func open() async throws -> any Storage {
        let bus = try EventBus(types: EventCatalogue.all)
        switch place {
        case .sqlite(let config): return try await SQLiteStore.open(config, bus: bus)
        case .postgres(let config): return try await PostgresStore.open(config, bus: bus)
        }
    }

    func close(_ store: any Storage) async {
        switch store {
        case let sqlite as SQLiteStore: await sqlite.close()
        case let postgres as PostgresStore: await postgres.close()
        default: break
        }
    }
}

/// Finished jobs, as a station has them that has worked for a day.
struct FinishedJobs {
    private let store: any Storage

    init(_ store: any Storage) { self.store = store }

    func insert(_ count: Int) async throws -> [(String, Double)] {
        let watch = Stopwatch()
        try await store.run(FinishedJobs.statement, [SQLValue(count)])
        return [("finished", Double(count)), ("seconds", watch.seconds)]
    }

    private static let columns = """
        INSERT INTO job (id, queue, kind, state, run_at, payload, attempt, lease_epoch, inserted_at, attempted_at,
            finished_at)
        """

    private static let statement = SQL(
        sqlite: """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            \(columns) SELECT CAST(printf('%016d', i) AS BLOB), 'bench', 'noop', 'completed', i, '{"number":1}', 1, 1,
                station_now(), station_now(), station_now() FROM n
            """,
        postgres: """
            \(columns) SELECT lpad(to_hex(i), 32, '0')::uuid, 'bench', 'noop', 'completed', i, '{"number":1}', 1, 1,
                station_now(), station_now(), station_now() FROM generate_series(1, $1::bigint) AS i
            """
    )
}
