import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresIdentityTests {
    @Test(arguments: IdentityContract.checks)
    func `PostgreSQL keeps the contract of accounts`(check: IdentityContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = IdentityContract { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
        try await check.run(contract)
    }
}
