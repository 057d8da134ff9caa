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
                let time = ManualTime()
                let number = databases.withLock { count in
                    count += 1
                    return count
                }
                let store = try await SQLiteStore.open(
                    SQLiteConfig(path: folder.path("workflows-\(number).sqlite")),
                    bus: bus,
                    now: { time.now }
                )
                return JobContract.Engine(store: store) { time.advance(by: $0) }
            }
        )
    }
}
