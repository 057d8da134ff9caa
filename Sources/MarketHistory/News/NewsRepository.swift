package import Bus
package import Store
import Threading

/// The news that are kept, each address once, over the store of either engine.
package final class NewsRepository: Sendable {
    private static let urlBytes = 1...2000
    private static let titleBytes = 1...1000
    private static let contentBytes = 0...200_000

    private let database: HistoryDatabase
    private let now: @Sendable () -> Timestamp
    private let ids = Mutex(UUIDv7Generator())

    /// - Parameters:
    ///   - store: where they are kept.
    ///   - now: what time it is.
    package init(store: any Storage, now: @escaping @Sendable () -> Timestamp) {
        database = HistoryDatabase(store)
        self.now = now
    }

    /// Stores a piece of news, if its address is new.
    ///
    /// One that is there stays as it is, whatever the feed says now.
    /// - Returns: its id when it was new, `nil` when it was not.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func insert(_ item: NewsItem) async throws(HistoryError) -> UUIDv7? {
        try InputCheck.text(item.url, "url", sizeBytes: NewsRepository.urlBytes)
        try InputCheck.text(item.title, "title", sizeBytes: NewsRepository.titleBytes)
        try InputCheck.text(item.content, "content", sizeBytes: NewsRepository.contentBytes)
        try InputCheck.text(item.source, "source")
        try InputCheck.time(item.publishedAt, "publishedAt")
        let now = now()
        let id = ids.withLock { $0.next(at: now) }
        let rows = try await database.run(
            NewsSQL.insert,
            [
                SQLValue(id), .text(item.url), .text(item.title), .text(item.content), .text(item.source),
                SQLValue(item.publishedAt), SQLValue(now),
            ]
        )
        return rows.first?[0].id
    }

    /// The piece with an id; `nil` when there is none.
    ///
    /// - Throws: `HistoryError.store`.
    package func item(_ id: UUIDv7) async throws(HistoryError) -> StoredNews? {
        try await one(NewsSQL.byID, SQLValue(id))
    }

    /// The piece with an address; `nil` when there is none.
    ///
    /// - Throws: `HistoryError.store`.
    package func item(url: String) async throws(HistoryError) -> StoredNews? {
        try InputCheck.text(url, "url", sizeBytes: NewsRepository.urlBytes)
        return try await one(NewsSQL.byURL, .text(url))
    }

    private func one(_ statement: SQL, _ argument: SQLValue) async throws(HistoryError) -> StoredNews? {
        guard let row = try await database.query(statement, [argument]).first else { return nil }
        guard let news = StoredNews(row) else { throw .corrupt("news_item") }
        return news
    }

    /// News in the order of their publication, the newest first.
    ///
    /// - Parameters:
    ///   - place: where the page before ended; `nil` for the first.
    ///   - limit: the most of them, 1 to 1000.
    /// - Returns: them, and where the next page goes on.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func page(after place: NewsPlace? = nil, limit: Int) async throws(HistoryError) -> NewsPage {
        try await page(NewsSQL.page, after: place, limit: limit)
    }

    /// Those that nobody has scored yet, the newest first.
    ///
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func unscored(after place: NewsPlace? = nil, limit: Int) async throws(HistoryError) -> NewsPage {
        try await page(NewsSQL.unscored, after: place, limit: limit)
    }

    private func page(
        _ statement: SQL,
        after place: NewsPlace?,
        limit: Int
    ) async throws(HistoryError) -> NewsPage {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        let place = place ?? .end
        let rows = try await database.query(
            statement,
            [SQLValue(place.publishedAt), SQLValue(place.id), SQLValue(limit + 1)]
        )
        var items: [StoredNews] = []
        for row in rows.prefix(limit) {
            guard let news = StoredNews(row) else { throw .corrupt("news_item") }
            items.append(news)
        }
        return NewsPage(items: items, next: rows.count > limit ? items.last?.place : nil)
    }

    /// Notes the mood of a piece, once.
    ///
    /// - Returns: `false` when it has one already, which stays, or when there is no such piece.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func score(_ id: UUIDv7, as sentiment: NewsSentiment) async throws(HistoryError) -> Bool {
        guard (-1...1).contains(sentiment.score) else {
            throw .badInput(field: "score", problem: "\(sentiment.score) is not from -1 to 1")
        }
        try InputCheck.text(sentiment.label, "label")
        try InputCheck.text(sentiment.method, "method")
        let rows = try await database.run(
            NewsSQL.score,
            [SQLValue(id), .real(sentiment.score), .text(sentiment.label), .text(sentiment.method)]
        )
        return !rows.isEmpty
    }

    /// Removes some of the pieces that were published before a moment, the oldest first.
    ///
    /// Call it again while it removes as many as it may.
    /// - Parameters:
    ///   - time: since when pieces stay.
    ///   - limit: the most that go at once, 1 to 10,000.
    /// - Returns: how many went.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func prune(before time: Timestamp, limit: Int = 1000) async throws(HistoryError) -> Int {
        try InputCheck.time(time, "before")
        try InputCheck.count(limit, "limit", in: 1...10_000)
        let arguments = [SQLValue(time), SQLValue(limit)]
        return try await database.commit { try $0.execute(NewsSQL.prune, arguments) }
    }
}
