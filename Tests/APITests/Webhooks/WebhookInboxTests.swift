import Bus
import Domain
import Store
import StorePostgres
import TestKit
import Testing

@Suite(.timeLimit(.minutes(2))) struct WebhookInboxTests {
    private func bus() throws -> EventBus { try EventBus(types: EventCatalogue.all) }

    @Test func `SQLite keeps each delivery once`() async throws {
        let folder = try TemporaryFolder()
        let store = try await SQLiteStore.open(SQLiteConfig(path: folder.path("store.db")), bus: bus())
        try await WebhookContract.check(store)
        await store.close()
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
    func `PostgreSQL keeps each delivery once`() async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let store = try await PostgresStore.open(database, bus: bus())
        try await WebhookContract.check(store)
        await store.close()
    }
}
