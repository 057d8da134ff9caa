package import Bus
package import Domain

/// What `/api/news` says.
package struct NewsAnswer: Codable, Hashable, Sendable {
    /// A piece of news.
    ///
    /// Title and summary are strangers' words: plain text, to be shown as that and nothing else.
    package struct Piece: Codable, Hashable, Sendable {
        let id: UUIDv7
        let url: String
        let title: String
        let summary: String
        let source: String
        let publishedAt: Timestamp
        /// The coins that it speaks of.
        let symbols: [String]
        /// Absent when nobody has looked at it.
        let sentiment: Mood?

        enum CodingKeys: String, CodingKey {
            case id, url, title, summary, source, symbols, sentiment
            case publishedAt = "published_at"
        }

        package init(
            id: UUIDv7,
            url: String,
            title: String,
            summary: String,
            source: String,
            publishedAt: Timestamp,
            symbols: [String],
            sentiment: Mood?
        ) {
            self.id = id
            self.url = url
            self.title = title
            self.summary = summary
            self.source = source
            self.publishedAt = publishedAt
            self.symbols = symbols
            self.sentiment = sentiment
        }
    }

    /// What a piece is held to say of the market.
    package struct Mood: Codable, Hashable, Sendable {
        /// -1 to 1.
        let score: Double
        let level: SentimentLevel
        /// Who says so.
        let method: String

        package init(score: Double, level: SentimentLevel, method: String) {
            self.score = score
            self.level = level
            self.method = method
        }
    }

    /// The newest first.
    let items: [Piece]
    /// What to give as `before` for those that are older; absent at the end.
    let next: UUIDv7?
    let source: String
    /// When a feed was read last; absent before that.
    let asOf: Timestamp?
    let cached: Bool
    let cacheAge: Double?
    /// Whether no feed was read for longer than it should be.
    let stale: Bool

    enum CodingKeys: String, CodingKey {
        case items, next, source, cached, stale
        case asOf = "as_of"
        case cacheAge = "cache_age"
    }

    /// - Parameters:
    ///   - items: the newest first.
    ///   - next: the last of them, where older ones are.
    ///   - readAt: when a feed was read last.
    ///   - age: how long ago that was.
    ///   - isStale: whether that is too long.
    package init(items: [Piece], next: UUIDv7?, readAt: Timestamp?, age: Duration?, isStale: Bool) {
        self.items = items
        self.next = next
        source = "feeds"
        asOf = readAt
        cached = true
        cacheAge = age.map { $0 / .seconds(1) }
        stale = isStale
    }
}
