import Bus
import Jobs
import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed")) struct PostgresJobTests {
    @Test(arguments: JobContract.checks)
    func `PostgreSQL keeps the contract of jobs`(check: JobContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        try await check.run(
            JobContract { bus, isLive in
                let store = try await PostgresStore.open(database, bus: bus)
                try await store.letTimeBeMoved(isLive: isLive)
                return JobContract.Engine(store: store) { try await store.moveTime(by: $0) }
            }
        )
    }
}
