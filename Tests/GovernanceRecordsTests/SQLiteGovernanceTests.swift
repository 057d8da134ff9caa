import Store
import TestKit
import Testing

@Suite struct SQLiteGovernanceTests {
    @Test(arguments: GovernanceContract.checks)
    func `SQLite keeps the contract of governance`(check: GovernanceContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = GovernanceContract { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            // Some checks open it twice.
            config.isShared = true
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
