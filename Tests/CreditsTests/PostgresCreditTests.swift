import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresCreditTests {
    @Test(arguments: CreditContract.checks)
    func `PostgreSQL keeps the contract of credits`(check: CreditContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = CreditContract { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
