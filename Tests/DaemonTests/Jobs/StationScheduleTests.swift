import Bus
import Domain
import Jobs
import Store
import TestKit
import Testing

@testable import Daemon

/// When the station's own jobs come.
struct StationScheduleTests {
    @Test func `each job has its times, and what could not be measured is not made up for`() async throws {
        let folder = try TemporaryFolder()
        var database = SQLiteConfig(path: folder.path("store.db"))
        database.synchronous = .normal
        let store = try await SQLiteStore.open(database, bus: try EventBus(types: EventCatalogue.all))
        let config = try MarketBench().loaded()
        let bench = try StationBench(store, config, now: { .now })
        let schedules =
            MarketJobs(station: bench.station, feed: bench.feed).schedules
            + HistoryUpkeep(station: bench.station).schedules
            + TranscriptUpkeep(station: bench.station).schedules
            + ProviderDiscovery(station: bench.station, feed: bench.feed).schedules
            + MaintenanceJobs(config: config, environment: [:]).schedules
        let times = Dictionary(uniqueKeysWithValues: schedules.map { ($0.name, $0.cron) })
        #expect(
            times == [
                "store-prices": "*/5 * * * *", "store-defi": "7 * * * *", "fill-candle-gaps": "11 * * * *",
                "nightly-backup": "0 2 * * *", "archive-prices": "30 2 * * *", "trim-market-history": "0 3 * * *",
                "thin-prices": "30 3 * * 0", "trim-transcripts": "15 3 * * *",
                "discover-providers": "37 * * * *",
            ]
        )
        #expect(
            schedules.filter { $0.catchUp == .skip }.map(\.name) == [
                "store-prices", "store-defi", "discover-providers",
            ]
        )
        // What is no job has a pace of its own.
        #expect(config.configuration.news.pollSeconds == 1800)
        #expect(config.configuration.sentiment.indexSeconds == 3600)
        await bench.close()
        await store.close()
    }
}
