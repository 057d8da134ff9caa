import Bus
import Jobs
import Store
import TestKit
import Testing
import Threading

@Suite struct SQLiteJobTests {
    @Test(arguments: JobContract.checks)
    func `SQLite keeps the contract of jobs`(check: JobContract.Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run(
            JobContract { bus, isLive in
                let start = Timestamp.now
                let ahead = Mutex(Duration.zero)
                let store = try await SQLiteStore.open(
                    SQLiteConfig(path: folder.path("jobs.sqlite")),
                    bus: bus,
                    now: { (isLive ? .now : start).advanced(by: ahead.withLock { $0 }) }
                )
                return JobContract.Engine(store: store) { duration in ahead.withLock { $0 += duration } }
            }
        )
    }
}
