import Bus
import Domain
import Market
import Store
import TestKit
import Testing

@testable import Daemon

/// Pools over a store: what is changed is stored, told and audited together.
struct PoolDeskTests {
    private let folder: TemporaryFolder
    private let time = ManualTime()

    init() throws { folder = try TemporaryFolder() }

    private func open() async throws -> SQLiteStore {
        let time = time
        var database = SQLiteConfig(path: folder.path("store.db"))
        database.synchronous = .normal
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        return try await SQLiteStore.open(database, bus: bus, now: { time.now })
    }

    private func desk(_ feed: MarketFeed, _ store: SQLiteStore) -> PoolDesk {
        let time = time
        return PoolDesk(feed: feed, store: store, author: Incarnation(of: "test"), now: { time.now })
    }

    private let ada = PoolDesk.Caller(name: "ada@example.org", role: "admin")

    @Test func `a change outlives a restart, and removing it goes back to the configuration`() async throws {
        let bench = try MarketBench()
        var store = try await open()
        do {
            let feed = try bench.feed()
            let desk = desk(feed, store)
            try await desk.change(by: ada) { book, source throws(PoolError) in
                try book.rotate("exchange", from: source.order(ofPool: "exchange"), reason: "slow")
            }
            try await desk.change(by: ada) { book, source throws(PoolError) in
                try book.add(PoolMember("bybit"), to: "exchange", of: source.providers)
            }
            #expect(feed.source.order(ofPool: "exchange") == ["kraken", "coinbase", "bybit", "binance"])
            let lines = try await store.activities(before: nil, limit: 10).map(\.activity)
            #expect(lines.map(\.action) == ["market.pool.member_added", "market.pool.rotated"])
            #expect(lines.map(\.caller) == ["ada@example.org", "ada@example.org"] && lines[0].target == "exchange")
        }
        await store.close()
        store = try await open()
        let feed = try bench.feed()
        let desk = desk(feed, store)
        #expect(feed.source.order(ofPool: "exchange") == ["binance", "kraken", "coinbase"])
        try await desk.refresh()
        #expect(feed.source.order(ofPool: "exchange") == ["kraken", "coinbase", "bybit", "binance"])
        #expect(feed.book.record.history.map(\.change.kind) == [.memberAdded, .rotated])
        try await desk.change(by: ada) { book, _ throws(PoolError) in try book.remove("exchange") }
        #expect(feed.source.order(ofPool: "exchange") == ["binance", "kraken", "coinbase"])
        #expect(feed.book.origin(of: "exchange") == .configuration)
        await store.close()
    }

    @Test func `what is refused changes nothing`() async throws {
        let store = try await open()
        let feed = try MarketBench().feed()
        await #expect(throws: PoolDesk.Failure.self) {
            try await desk(feed, store).change(by: ada) { book, source throws(PoolError) in
                try book.add(PoolMember("defillama"), to: "exchange", of: source.providers)
            }
        }
        #expect(feed.book.record == PoolRecord())
        #expect(try await store.activities(before: nil, limit: 10).isEmpty)
        await store.close()
    }

    @Test func `what cannot be stored does not hold`() async throws {
        let store = try await open()
        let feed = try MarketBench().feed()
        let desk = desk(feed, store)
        await store.close()
        await #expect(throws: PoolDesk.Failure.self) {
            try await desk.change(by: ada) { book, source throws(PoolError) in
                try book.rotate("exchange", from: source.order(ofPool: "exchange"), reason: "slow")
            }
        }
        #expect(feed.source.order(ofPool: "exchange") == ["binance", "kraken", "coinbase"])
    }

    @Test func `what was asked within a month outlives a restart`() async throws {
        let store = try await open()
        let bench = try MarketBench()
        let feed = try bench.feed()
        #expect(await feed.tryAgain("coingecko", with: [TradingPair("BTC-USD")].compactMap { $0 }) == false)
        let counts = MarketCounts(feed: feed, store: store)
        try await counts.save()
        let next = try bench.feed()
        try await MarketCounts(feed: next, store: store).restore()
        #expect(next.source.counted["coingecko"]?.last?.used == 1)
        #expect(next.source.counted["coingecko"]?.last?.length == .month)
        await store.close()
    }
}
