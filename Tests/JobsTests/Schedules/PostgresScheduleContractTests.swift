import Bus
import Jobs
import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresScheduleContractTests {
    @Test(arguments: ScheduleContract.checks)
    func `PostgreSQL keeps the contract of schedules`(check: ScheduleContract.Check) async throws {
        let cluster = try PostgresCluster.shared.get()
        let database = try await cluster.makeDatabase()
        // The clock of this database is a row that the checks set.
        try cluster.sql(
            """
            CREATE TABLE test_clock (ns bigint NOT NULL);
            INSERT INTO test_clock VALUES (0);
            CREATE OR REPLACE FUNCTION station_now() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
            AS 'SELECT ns FROM test_clock';
            """,
            in: database.database
        )
        let contract = ScheduleContract(
            opensTwice: true,
            setClock: { store, now in try await store.run("UPDATE test_clock SET ns = ?1", [SQLValue(now)]) },
            open: { bus, now in try await PostgresStore.open(database, bus: bus, now: now) }
        )
        try await check.run(contract)
    }
}
