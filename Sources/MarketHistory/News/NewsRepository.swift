package import Bus
package import Store
import Threading

/// The news that are kept, each address once, over the store of either engine.
package final class NewsRepository: Sendable {
    private static let urlBytes = 1...2000
    private static let titleBytes = 1...1000
    private static let contentBytes = 0...200_000
    private static let symbolCounts = 0...20

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
    ///
    /// - Parameters:
    ///   - item: the piece.
    ///   - sentiment: its mood; `nil` when nobody has looked at it yet.
    /// - Returns: its id when it was new, `nil` when it was not.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func insert(
        _ item: NewsItem,
        sentiment: NewsSentiment? = nil
    ) async throws(HistoryError) -> UUIDv7? {
        try NewsRepository.check(item)
        if let sentiment { try NewsRepository.check(sentiment) }
        let now = now()
        let id = ids.withLock { $0.next(at: now) }
        let values: [SQLValue] = [
            SQLValue(id), .text(item.url), .text(item.title), .text(item.content), .text(item.source),
            SQLValue(item.publishedAt), SQLValue(now), .text(item.symbols.joined(separator: " ")),
            sentiment.map { .real($0.score) } ?? .null, SQLValue(sentiment?.label), SQLValue(sentiment?.method),
        ]
        let mentions = item.symbols.map { symbol in
            BoundStatement(NewsSQL.mention, [.text(symbol), SQLValue(item.publishedAt), SQLValue(id)])
        }
        return try await database.commit { transaction in
            let isNew = try !transaction.run([BoundStatement(NewsSQL.insert, values)])[0].rows.isEmpty
            guard isNew else { return nil }
            if !mentions.isEmpty { _ = try transaction.run(mentions) }
            return id
        }
    }

    private static func check(_ item: NewsItem) throws(HistoryError) {
        try InputCheck.text(item.url, "url", sizeBytes: urlBytes)
        try InputCheck.text(item.title, "title", sizeBytes: titleBytes)
        try InputCheck.text(item.content, "content", sizeBytes: contentBytes)
        try InputCheck.text(item.source, "source")
        try InputCheck.time(item.publishedAt, "publishedAt")
        try InputCheck.count(item.symbols.count, "symbols", in: symbolCounts)
        for (place, symbol) in item.symbols.enumerated() {
            let field = "symbols[\(place)]"
            guard isSymbol(symbol) else { throw .badInput(field: field, problem: "is no code of a coin") }
            guard !item.symbols[..<place].contains(symbol) else {
                throw .badInput(field: field, problem: "is \(symbol) again")
            }
        }
    }

    private static func check(_ sentiment: NewsSentiment) throws(HistoryError) {
        guard (-1...1).contains(sentiment.score) else {
            throw .badInput(field: "score", problem: "\(sentiment.score) is not from -1 to 1")
        }
        try InputCheck.text(sentiment.label, "label")
        try InputCheck.text(sentiment.method, "method")
    }

    private static func isSymbol(_ text: String) -> Bool {
        (1...12).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
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
    ///   - filter: which of them.
    ///   - place: where the page before ended; `nil` for the first.
    ///   - limit: the most of them, 1 to 1000.
    /// - Returns: them, and where the next page goes on.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func page(
        _ filter: NewsFilter = NewsFilter(),
        after place: NewsPlace? = nil,
        limit: Int
    ) async throws(HistoryError) -> NewsPage {
        switch (filter.symbol, filter.source) {
        case (nil, nil): try await page(NewsSQL.page, after: place, limit: limit)
        case (nil, let source?): try await page(NewsSQL.ofSource, [.text(source)], after: place, limit: limit)
        case (let symbol?, nil): try await page(NewsSQL.ofSymbol, [.text(symbol)], after: place, limit: limit)
        case (let symbol?, let source?):
            try await page(NewsSQL.ofSymbolAndSource, [.text(symbol), .text(source)], after: place, limit: limit)
        }
    }

    /// Those that nobody has scored yet, the newest first.
    ///
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func unscored(after place: NewsPlace? = nil, limit: Int) async throws(HistoryError) -> NewsPage {
        try await page(NewsSQL.unscored, after: place, limit: limit)
    }

    private func page(
        _ statement: SQL,
        _ arguments: [SQLValue] = [],
        after place: NewsPlace?,
        limit: Int
    ) async throws(HistoryError) -> NewsPage {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        let place = place ?? .end
        let rows = try await database.query(
            statement,
            [SQLValue(place.publishedAt), SQLValue(place.id), SQLValue(limit + 1)] + arguments
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
        try NewsRepository.check(sentiment)
        let rows = try await database.run(
            NewsSQL.score,
            [SQLValue(id), .real(sentiment.score), .text(sentiment.label), .text(sentiment.method)]
        )
        return !rows.isEmpty
    }

    /// What the scores of the news of some time come to, by label.
    ///
    /// - Parameter range: when they were published.
    /// - Returns: one for each label that there is; none without scored news.
    /// - Throws: `HistoryError.store`.
    package func mood(in range: ClosedRange<Timestamp>) async throws(HistoryError) -> [NewsMoodShare] {
        let rows = try await database.query(
            NewsSQL.mood,
            [SQLValue(range.lowerBound), SQLValue(range.upperBound)]
        )
        var shares: [NewsMoodShare] = []
        for row in rows {
            guard let label = row[0].text, let count = row[1].int, case .real(let sum) = row[2] else {
                throw .corrupt("news_item")
            }
            shares.append(NewsMoodShare(label: label, count: count, sum: sum))
        }
        return shares
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
