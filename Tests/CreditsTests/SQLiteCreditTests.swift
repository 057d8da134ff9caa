import Store
import TestKit
import Testing

@Suite struct SQLiteCreditTests {
    @Test(arguments: CreditContract.checks)
    func `SQLite keeps the contract of credits`(check: CreditContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = CreditContract { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
