import Bus
import Domain
import Logging
import MarketHistory
import News
import Sentiment
import Telemetry

/// Takes in what feeds bring: stores what is new with its mood, and tells it.
struct NewsIntake: Sendable {
    let desk: NewsDesk
    let publisher: Publisher
    private let finder = MentionFinder()
    private let logger = Logger(label: "news")

    init(desk: NewsDesk, publisher: Publisher) {
        self.desk = desk
        self.publisher = publisher
    }

    private var station: Station { desk.station }

    /// So far back news are remembered, one page after the other.
    private static let remembered = (span: Duration.seconds(4 * 86_400), page: 100, pagesMax: 50)

    /// What is stored, so that another page with the same title is no news.
    func remember() async throws -> NewsDeduplicator {
        var memory = NewsDeduplicator()
        let oldest = station.now().advanced(by: NewsIntake.remembered.span * -1)
        var place: NewsPlace?
        for _ in 0..<NewsIntake.remembered.pagesMax {
            let page = try await station.records.news.page(after: place, limit: NewsIntake.remembered.page)
            for stored in page.items {
                let item = FeedItem(title: stored.item.title, link: stored.item.url)
                memory.admit(
                    NewsKey(item, feed: ""),
                    title: TitleKey.key(item.title),
                    time: stored.item.publishedAt
                )
            }
            guard let next = page.next, next.publishedAt >= oldest else { break }
            place = next
        }
        return memory
    }

    /// So many are judged at once.
    private static let judgedAtOnce = 8

    /// Stores what nobody has told before, with its mood, and tells it.
    ///
    /// - Parameters:
    ///   - items: of a feed, the newest first.
    ///   - feed: whose they are.
    ///   - memory: what was seen before.
    /// - Returns: what became of them.
    /// - Throws: what the store throws, `SentimentError`, `BusError`, `CancellationError`.
    func store(
        _ items: [FeedItem],
        of feed: FeedBook.Feed,
        _ memory: inout NewsDeduplicator
    ) async throws -> FeedBook.Harvest {
        let now = station.now()
        var pieces: [NewsItem] = []
        var left = 0
        // The oldest first, as they are told.
        for item in items.reversed() {
            guard let piece = NewsItem(item, source: feed.name, finder: finder, at: now) else {
                left += 1
                continue
            }
            if memory.admit(item, feed: feed.url, at: now) == .new { pieces.append(piece) }
        }
        var new = 0
        var rest = pieces[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(NewsIntake.judgedAtOnce))
            rest = rest.dropFirst(some.count)
            let answers = try await desk.sentiment.classifyOwn(some.map(\.judgedText))
            for (piece, answer) in zip(some, answers) {
                try Task.checkCancellation()
                switch try await keep(piece, answer) {
                case .new: new += 1
                case .known: break
                case .refused: left += 1
                }
            }
        }
        station.instruments.metrics.counter(.newsItems, "stored").increment(by: new)
        station.instruments.metrics.counter(.newsItems, "left_out").increment(by: left)
        station.instruments.metrics.counter(.newsItems, "known").increment(by: items.count - new - left)
        return FeedBook.Harvest(items: items.count, new: new, left: left)
    }

    private enum Kept { case new, known, refused }

    /// Stores a piece, and tells it when it is there.
    private func keep(_ piece: NewsItem, _ answer: SentimentAnswer) async throws -> Kept {
        guard let level = SentimentLevel(score: answer.score) else { return .refused }
        let sentiment = NewsSentiment(score: answer.score, label: level.rawValue, method: answer.method)
        let id: UUIDv7?
        do throws(HistoryError) {
            id = try await station.records.news.insert(piece, sentiment: sentiment)
        } catch {
            guard case .badInput(let field, let problem) = error else { throw error }
            logger.debug(
                "a piece of news cannot be kept",
                metadata: [LogKey.provider: "\(piece.source)", LogKey.reason: "\(field): \(problem)"]
            )
            return .refused
        }
        // Another feed, or another daemon, was first.
        guard let id else { return .known }
        try publisher.publish(
            NewsItemPublished(
                id: id,
                url: piece.url,
                title: piece.title,
                source: piece.source,
                publishedAt: piece.publishedAt,
                symbols: piece.symbols,
                score: answer.score,
                level: level,
                method: answer.method
            )
        )
        return .new
    }
}
