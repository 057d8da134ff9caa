import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresSegmentTests {
    @Test(arguments: SegmentContract.checks)
    func `PostgreSQL keeps the contract of the running order`(check: SegmentContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = SegmentContract { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
