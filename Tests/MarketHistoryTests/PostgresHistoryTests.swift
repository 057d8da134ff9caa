import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresHistoryTests {
    @Test(arguments: HistoryContract.checks)
    func `PostgreSQL keeps the contract of market history`(check: HistoryContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = HistoryContract { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
