import Bus
import Domain
import Store
import StorePostgres
import TestKit
import Testing
import Trends

@testable import Daemon

/// What was found and spent is written down for all daemons of a station, and one of them searches at a time.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TrendLedgerTests {
    private let author = Incarnation(of: "trends")
    private let now = Timestamp(seconds: 1_790_000_000)

    private func record() throws -> TrendRecord {
        var record = TrendRecord(at: now)
        record.list = TrendList(
            entries: [
                Trend(
                    symbol: "BTC",
                    sentiment: .bearish,
                    changePercent: try #require(ExactDecimal("-1.25")),
                    snippet: "\"quoted\" \u{1F680}",
                    link: "https://x.com/a/status/1"
                )
            ],
            source: "xai/grok",
            asOf: now,
            dropped: 3
        )
        return record
    }

    @Test func `with SQLite there is nobody to wait for, and the record outlives the store`() async throws {
        let folder = try TemporaryFolder()
        func open() async throws -> SQLiteStore {
            var config = SQLiteConfig(path: folder.path("store.db"))
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: try EventBus(types: EventCatalogue.all), now: { .now })
        }
        var store = try await open()
        let ledger = TrendLedger(store: store)
        #expect(try await ledger.read() == nil)
        let turn = try #require(try await ledger.take(for: .seconds(60)))
        #expect(try await TrendLedger(store: store).take(for: .seconds(60)) != nil)
        try await ledger.giveBack(turn)
        let record = try record()
        try await ledger.write(record, by: author)
        await store.close()
        store = try await open()
        #expect(try await TrendLedger(store: store).read() == record)
        await store.close()
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
    func `on a shared database one daemon searches at a time, and the others know what it has found`() async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let bus = try EventBus(types: EventCatalogue.all)
        let store = try await PostgresStore.open(database, bus: bus, now: { .now })
        let (first, second) = (TrendLedger(store: store), TrendLedger(store: store))
        let turn = try #require(try await first.take(for: .seconds(60)))
        #expect(try await second.take(for: .seconds(60)) == nil)
        let record = try record()
        try await first.write(record, by: author)
        #expect(try await second.read() == record)
        try await first.giveBack(turn)
        #expect(try await second.take(for: .seconds(60)) != nil)
        await store.close()
    }
}
