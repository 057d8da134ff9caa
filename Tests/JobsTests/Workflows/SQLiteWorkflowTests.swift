import Bus
import Jobs
import Store
import TestKit
import Testing
import Threading

@Suite struct SQLiteWorkflowTests {
    @Test(arguments: WorkflowContract.checks)
    func `SQLite keeps the contract of workflows`(check: WorkflowContract.Check) async throws {
        let folder = try TemporaryFolder()
        let databases = Mutex(0)
        try await check.run(
            WorkflowContract { bus in
                // Time stands still unless a check moves it: nothing depends on how fast the machine is.
                let start = Timestamp.now
                let ahead = Mutex(Duration.zero)
                let number = databases.withLock { count in
                    count += 1
                    return count
                }
                let store = try await SQLiteStore.open(
                    SQLiteConfig(path: folder.path("workflows-\(number).sqlite")),
                    bus: bus,
                    now: { start.advanced(by: ahead.withLock { $0 }) }
                )
                return JobContract.Engine(store: store) { duration in ahead.withLock { $0 += duration } }
            }
        )
    }
}
