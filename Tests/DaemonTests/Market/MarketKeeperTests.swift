import Actors
import Bus
import Domain
import Market
import Store
import TestKit
import Testing
import Threading

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct MarketKeeperTests {
    @Test func `whoever falls silent is told of, asked again every thirty seconds, and told of when well`() async throws
    {
        let isWell = Mutex(false)
        let asked = Mutex(0)
        let server = try LoopbackHTTPServer { request in
            asked.withLock { $0 += 1 }
            guard isWell.withLock({ $0 }) else { return .status(500) }
            return .json(#"{"error":[],"result":{"XXBTZUSD":{"c":["37350.10000","0.0025"]}}}"#)
        }
        let folder = try TemporaryFolder()
        let bus = try EventBus(types: EventCatalogue.all)
        var database = SQLiteConfig(path: folder.path("store.db"))
        database.synchronous = .normal
        let store = try await SQLiteStore.open(database, bus: bus)
        let feed = try MarketBench(#"providers = ["kraken"]"#).feed(["kraken": server.url("")])
        let clock = ManualClock()
        let pairs = [TradingPair("BTC-USD")].compactMap { $0 }
        let changes = try bus.subscribe(to: ProviderStateChanged.self, as: "test")
        let keeper = MarketKeeper(
            ActorContext(incarnation: Incarnation(of: "market-keeper")),
            parts: MarketKeeper.Parts(
                feed: feed,
                discovery: DiscoveryDesk(
                    feed: feed,
                    pools: PoolDesk(feed: feed, store: store, author: Incarnation(of: "test"), now: { .now }),
                    store: store,
                    author: Incarnation(of: "test"),
                    isProduction: { false },
                    now: { .now }
                ),
                counts: MarketCounts(feed: feed, store: store),
                bus: bus,
                pairs: { pairs },
                probeEvery: { .seconds(30) },
                now: { .now },
                stopwatch: Stopwatch(clock)
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The keeper, until the test has seen enough.
            group.addTask { try await keeper.run() }
            await clock.waitForSleepers(2)
            for _ in 0..<5 { await #expect(throws: NoSourceError.self) { try await feed.source.quotes(of: pairs) } }
            var told = changes.makeAsyncIterator()
            for _ in 0..<3 { await step(clock) }
            let worse = try #require(await told.next()).payload
            #expect(worse.provider == "kraken" && worse.category == "exchange")
            #expect(worse.from == "online" && worse.to == "offline" && worse.reason == "unavailable")
            #expect(asked.withLock { $0 } == 5)
            isWell.withLock { $0 = true }
            for _ in 0..<27 { await step(clock) }
            #expect(asked.withLock { $0 } == 6)
            for _ in 0..<31 { await step(clock) }
            let better = try #require(await told.next()).payload
            // Five of its six latest questions were failures.
            #expect(better.from == "offline" && better.to == "degraded")
            // A provider that is well is not asked beyond what others ask.
            #expect(asked.withLock { $0 } == 6)
            group.cancelAll()
        }
        #expect(try await store.setting(SettingKey<[String: [WindowCount]]>("market.counts"))?["kraken"] != nil)
        await feed.close()
        await store.close()
    }

    /// One second, and all that comes of it.
    private func step(_ clock: ManualClock) async {
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(1))
        await clock.waitForSleepers(2)
    }
}
