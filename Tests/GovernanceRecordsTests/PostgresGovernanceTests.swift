import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresGovernanceTests {
    @Test(arguments: GovernanceContract.checks)
    func `PostgreSQL keeps the contract of governance`(check: GovernanceContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = GovernanceContract { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
