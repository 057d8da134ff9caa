import Bus
import Store
import TestKit
import Testing

@Suite struct SQLiteContractTests {
    @Test(arguments: EventLogContract.checks)
    func `SQLite keeps the contract of the store`(check: EventLogContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = EventLogContract { bus, limits, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            config.limits = limits
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await check.run(contract)
    }
}
