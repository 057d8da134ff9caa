import Bus
import Jobs
import Store
import StorePostgres
import TestKit
import Testing

/// One after another: each opens several connections, and the server has a hundred.
@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresWorkflowTests {
    @Test(arguments: WorkflowContract.checks)
    func `PostgreSQL keeps the contract of workflows`(check: WorkflowContract.Check) async throws {
        let cluster = try PostgresCluster.shared.get()
        try await check.run(
            WorkflowContract { bus in
                let store = try await PostgresStore.open(try await cluster.makeDatabase(), bus: bus)
                try await store.letTimeBeMoved(isLive: false)
                return JobContract.Engine(store: store) { try await store.moveTime(by: $0) }
            }
        )
    }
}
