import Store
import TestKit
import Testing

@Suite struct SQLiteIdentityTests {
    @Test(arguments: IdentityContract.checks)
    func `SQLite keeps the contract of accounts`(check: IdentityContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = IdentityContract { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await check.run(contract)
    }
}
