import Bus
import MarketHistory
import News
import Store
import Telemetry
import Threading

/// The book of the record in which daemons of one station share their feeds.
typealias NewsLedger = SharedRecord<FeedBook>

extension SharedRecord where Record == FeedBook {
    init(store: any Storage) { self.init(SettingKey("news.feeds"), lease: "news", store: store) }
}

/// What is known of the feeds, for everybody in the station who asks: it outlives the lives of the actor that reads them.
final class NewsDesk: Sendable {
    let station: Station
    let sentiment: SentimentDesk
    let ledger: NewsLedger
    private let book = Mutex(FeedBook())
    private let stopwatch = Stopwatch(ContinuousClock())
    private let bell = Bell()

    init(_ station: Station, sentiment: SentimentDesk) {
        self.station = station
        self.sentiment = sentiment
        ledger = NewsLedger(store: station.store)
        station.instruments.metrics.read(.newsFailingFeeds) { [self] in
            Double(feeds.count { $0.entry.poll.failures > 0 })
        }
    }

    var config: NewsConfig { station.settings.current.configuration.news }

    /// Decides something; `body` must not block.
    func decide<Result: Sendable>(
        _ body: (inout FeedBook, FeedPoll.Policy, Timestamp) -> Result
    ) -> Result {
        let (policy, now) = (config.policy, station.now())
        return book.withLock { body(&$0, policy, now) }
    }

    /// Those that are followed, in the order of their names.
    var feeds: [(name: String, entry: FeedBook.Entry)] {
        book.withLock { $0.entries }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// How long a reload goes unnoticed at most.
    private static let silenceMax: Duration = .seconds(5)

    /// Waits for so long; not long in any case.
    ///
    /// - Throws: `CancellationError`.
    func wait(for length: Duration) async throws {
        let length = max(.milliseconds(100), min(length, NewsDesk.silenceMax))
        try await bell.wait(until: stopwatch.elapsed + length, on: stopwatch)
    }
}
