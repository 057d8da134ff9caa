package import Bus

/// A piece of news is known, scored and stored.
///
/// It is told after it was stored, each piece once; one that was stored right before a crash may never be told, so
/// whoever must miss none reads the list as well.
package struct NewsItemPublished: DataEvent, DocumentedEvent {
    package static let topic: Topic = "news.item.published"
    package static let summary = "A piece of news came in; it is scored and stored."
    package let id: UUIDv7
    /// Its address, in one form wherever it came from.
    package let url: String
    /// Somebody's words: plain text, never markup.
    package let title: String
    /// Whose feed, by the name that the settings give it.
    package let source: String
    package let publishedAt: Timestamp
    /// The coins that it speaks of, such as `BTC`; at most 20.
    package let symbols: [String]
    /// What it is held to say of the market, from -1 to 1.
    package let score: Double
    package let level: SentimentLevel
    /// Who says so, such as `linear`.
    package let method: String

    package init(
        id: UUIDv7,
        url: String,
        title: String,
        source: String,
        publishedAt: Timestamp,
        symbols: [String],
        score: Double,
        level: SentimentLevel,
        method: String
    ) {
        self.id = id
        self.url = url
        self.title = title
        self.source = source
        self.publishedAt = publishedAt
        self.symbols = symbols
        self.score = score
        self.level = level
        self.method = method
    }
}
