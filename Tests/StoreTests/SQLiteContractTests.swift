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

    @Test(arguments: EventLogContract.sharedChecks)
    func `SQLite keeps the contract of the store while others may have it open`(
        check: EventLogContract.Check
    ) async throws {
        let folder = try TemporaryFolder()
        let contract = EventLogContract { bus, limits, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            config.limits = limits
            config.isShared = true
            config.followIntervalSeconds = 0.02
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await check.run(contract)
    }
}
