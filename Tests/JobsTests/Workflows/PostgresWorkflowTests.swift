import Bus
import Jobs
import Store
import StorePostgres
import TestKit
import Testing
import Threading

/// One after another: each opens several connections, and the server has a hundred.
@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresWorkflowTests {
    @Test(arguments: WorkflowContract.checks)
    func `PostgreSQL keeps the contract of workflows`(check: WorkflowContract.Check) async throws {
        let cluster = try PostgresCluster.shared.get()
        try await check.run(
            WorkflowContract { bus in
                let store = try await PostgresStore.open(try await cluster.makeDatabase(), bus: bus)
                let ahead = Mutex(Duration.zero)
                return JobContract.Engine(store: store) { duration in
                    let offset = ahead.withLock { ahead -> Duration in
                        ahead += duration
                        return ahead
                    }
                    try await store.run(Self.clock(ahead: offset))
                }
            }
        )
    }

    /// The database's clock, moved.
    private static func clock(ahead: Duration) -> SQL {
        let milliseconds = ahead.components.seconds * 1000 + ahead.components.attoseconds / 1_000_000_000_000_000
        return SQL(
            sqlite: "",
            postgres: """
                CREATE OR REPLACE FUNCTION station_now() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
                AS $$ SELECT (extract(epoch FROM now()) * 1000000)::bigint * 1000 + \(milliseconds * 1_000_000) $$
                """
        )
    }
}
