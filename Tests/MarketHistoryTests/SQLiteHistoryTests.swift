import Store
import TestKit
import Testing

@Suite struct SQLiteHistoryTests {
    @Test(arguments: HistoryContract.checks)
    func `SQLite keeps the contract of market history`(check: HistoryContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = HistoryContract { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
