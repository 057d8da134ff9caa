import Jobs
import Store
import TestKit
import Testing

@Suite struct SQLiteScheduleContractTests {
    @Test(arguments: ScheduleContract.checks)
    func `SQLite keeps the contract of schedules`(check: ScheduleContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = ScheduleContract(opensTwice: false) { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await check.run(contract)
    }
}
