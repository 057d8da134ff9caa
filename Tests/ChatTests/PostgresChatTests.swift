import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresChatTests {
    @Test(arguments: ChatContract.checks)
    func `PostgreSQL keeps the contract of chats`(check: ChatContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = ChatContract { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
