import Bus
import Domain
import Store
import StorePostgres
import TestKit
import Testing
import Threading

@testable import API

@Suite struct SQLiteLimitTests {
    @Test(arguments: LimitCheck.all) func `SQLite keeps the contract of limits`(check: LimitCheck) async throws {
        let folder = try TemporaryFolder()
        var config = SQLiteConfig(path: folder.path("store.db"))
        // A crash of the machine is not what is tested here.
        config.synchronous = .normal
        let time = ManualTime()
        let settings = config
        let store = try await SQLiteStore.open(settings, bus: EventBus(types: EventCatalogue.all), now: { time.now })
        let bench = LimitBench(
            store: store,
            reopen: { store },
            moveDatabase: { time.advance(by: $0) },
            isShared: false
        )
        try await check.run(bench)
        await store.close()
    }
}

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresLimitTests {
    @Test(arguments: LimitCheck.all) func `PostgreSQL keeps the contract of limits`(check: LimitCheck) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let stores = Mutex<[PostgresStore]>([])
        @Sendable func open() async throws -> PostgresStore {
            let store = try await PostgresStore.open(database, bus: EventBus(types: EventCatalogue.all))
            stores.withLock { $0.append(store) }
            return store
        }
        let store = try await open()
        try await store.letTimeBeMoved(isLive: false)
        let bench = LimitBench(
            store: store,
            reopen: { try await open() },
            moveDatabase: { try await store.moveTime(by: $0) },
            isShared: true
        )
        try await check.run(bench)
        for store in stores.withLock({ $0 }) { await store.close() }
    }
}
