import Bus
import Store
import StorePostgres
import TestKit
import Testing

@Suite(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed")) struct PostgresContractTests {
    @Test(.serialized, arguments: EventLogContract.sharedChecks)
    func `PostgreSQL keeps the contract of the store`(check: EventLogContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = EventLogContract { bus, limits, now in
            var config = database
            config.limits = limits
            return try await PostgresStore.open(config, bus: bus, now: now)
        }
        try await check.run(contract)
    }
}
