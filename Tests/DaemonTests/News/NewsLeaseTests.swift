import Actors
import Bus
import Credits
import Domain
import MarketHistory
import News
import Store
import StorePostgres
import Telemetry
import TestKit
import Testing
import Threading

@testable import Daemon

/// Two stations on one database share their feeds.
@Suite(.timeLimit(.minutes(1)), .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct NewsLeaseTests {
    /// One of them: its own bus and connections, and what reads the feeds.
    private struct Reader {
        let desk: NewsDesk
        let told: Subscription<NewsItemPublished>
        private let bench: StationBench
        private let models: ModelDesk

        init(_ database: PostgresConfig, _ config: LoadedConfig) async throws {
            let store = try await PostgresStore.open(
                database,
                bus: try EventBus(types: EventCatalogue.all),
                now: { .now }
            )
            bench = try StationBench(store, config, now: { .now })
            let station = bench.station
            told = try station.bus.subscribe(to: NewsItemPublished.self, as: "test")
            let credits = CreditDesk(
                store: store,
                settings: CreditSettings(config.configuration.credits),
                now: { .now }
            )
            let tariff = ModelTariff(credits: credits, metrics: station.instruments.metrics)
            models = try ModelDesk(
                config,
                environment: [:],
                redactor: station.instruments.redactor,
                metrics: station.instruments.metrics,
                bus: station.bus,
                credits: credits,
                tariff: tariff,
                prices: try await tariff.prices(of: config.configuration),
                now: { .now }
            )
            desk = NewsDesk(
                station,
                sentiment: try SentimentDesk(
                    station,
                    models: models,
                    market: { nil },
                    config,
                    environment: [:],
                    redactor: station.instruments.redactor
                )
            )
        }

        /// Whether the feed was answered, as far as this station knows.
        var knowsTheFeed: Bool { desk.feeds.first?.entry.poll.lastSuccess != nil }

        /// Tells something itself, behind all that it has told until then.
        func tellTheEnd() throws {
            let publisher = Publisher(bus: desk.station.bus, incarnation: Incarnation(of: "test"))
            try publisher.publish(
                NewsItemPublished(
                    id: UUIDv7(high: 7, low: 9),
                    url: "https://example.org/end",
                    title: NewsLeaseTests.end,
                    source: "test",
                    publishedAt: .now,
                    symbols: [],
                    score: 0,
                    level: .neutral,
                    method: "test"
                )
            )
        }

        /// The titles of what it has told, up to the end.
        func titles() async -> [String] {
            var titles: [String] = []
            for await event in told {
                if event.payload.title == NewsLeaseTests.end { break }
                titles.append(event.payload.title)
            }
            return titles
        }

        func close() async {
            await desk.sentiment.transport.close()
            await models.close()
            await bench.close()
            await bench.station.store.close()
        }
    }

    private static let end = "the end"

    private static func feed(_ pieces: Int) -> String {
        let items = (1...pieces).map {
            "<item><title>Piece \($0) of news</title><link>https://example.org/\($0)</link></item>"
        }
        return "<rss version=\"2.0\"><channel><title>One</title>\(items.joined())</channel></rss>"
    }

    @Test func `a feed is asked once, and each piece is told once, by whichever station has read it`() async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let asked = Mutex(0)
        let server = try LoopbackHTTPServer { _ in
            asked.withLock { $0 += 1 }
            return .status(200, headers: [("Content-Type", "application/rss+xml")], body: Self.feed(5).utf8)
        }
        let others = NewsConfig.shipped.keys.sorted().map { "[news.feeds.\($0)]\nenabled = false\n" }.joined()
        let config = try MarketBench("\(others)[news.feeds.one]\nurl = \"\(server.url("/feed"))\"").loaded()
        let readers = [try await Reader(database, config), try await Reader(database, config)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for reader in readers {
                let context = ActorContext(incarnation: Incarnation(of: "news"))
                // Both at once, until each knows of the feed's answer.
                group.addTask {
                    do {
                        try await NewsKeeper(context, desk: reader.desk).run()
                    } catch {
                        // What is given up with a question to the store under way is told by the store.
                        guard Task.isCancelled else { throw error }
                    }
                }
            }
            while !readers.allSatisfy(\.knowsTheFeed) { await Task.yield() }
            group.cancelAll()
            try await group.waitForAll()
        }
        var titles: [String] = []
        for reader in readers {
            try reader.tellTheEnd()
            titles += await reader.titles()
        }
        #expect(titles.sorted() == (1...5).map { "Piece \($0) of news" })
        #expect(asked.withLock { $0 } == 1)
        #expect(try await readers[0].desk.station.records.news.page(limit: 100).items.count == 5)
        for reader in readers { await reader.close() }
    }
}
