package import Bus

/// A piece of news, as a feed tells it.
package struct NewsItem: Hashable, Sendable {
    /// What makes it the same piece wherever it comes from; 1 to 2000 bytes.
    package let url: String
    /// 1 to 1000 bytes.
    package let title: String
    /// The text or a summary of it, as the feed has it; at most 200,000 bytes, perhaps none.
    package let content: String
    /// Whose feed; 1 to 200 bytes.
    package let source: String
    package let publishedAt: Timestamp
    /// The coins that it speaks of, such as `BTC`: at most 20 of 1 to 12 capital letters and digits.
    package let symbols: [String]

    package init(
        url: String,
        title: String,
        content: String,
        source: String,
        publishedAt: Timestamp,
        symbols: [String] = []
    ) {
        self.url = url
        self.title = title
        self.content = content
        self.source = source
        self.publishedAt = publishedAt
        self.symbols = symbols
    }
}

/// What the mood of a piece is held to be.
package struct NewsSentiment: Hashable, Sendable {
    /// From -1 to 1.
    package let score: Double
    /// What the score is called; 1 to 200 bytes.
    package let label: String
    /// How it was found, such as `keyword`; 1 to 200 bytes.
    package let method: String

    package init(score: Double, label: String, method: String) {
        self.score = score
        self.label = label
        self.method = method
    }
}

/// A piece of news as it is kept.
package struct StoredNews: Hashable, Sendable {
    package let id: UUIDv7
    package let item: NewsItem
    package let storedAt: Timestamp
    /// `nil` until it has been looked at.
    package let sentiment: NewsSentiment?

    /// Its place among the others, to read on behind it.
    package var place: NewsPlace { NewsPlace(publishedAt: item.publishedAt, id: id) }
}

/// A place in the news, which are in the order of their publication.
package struct NewsPlace: Hashable, Sendable {
    package let publishedAt: Timestamp
    package let id: UUIDv7

    package init(publishedAt: Timestamp, id: UUIDv7) {
        self.publishedAt = publishedAt
        self.id = id
    }

    /// Behind all that can be stored, where the newest page begins.
    static let end = NewsPlace(
        publishedAt: Timestamp(nanoseconds: .max),
        id: UUIDv7(high: .max, low: .max)
    )
}

/// Some of the news, the newest first.
package struct NewsPage: Hashable, Sendable {
    package let items: [StoredNews]
    /// Where the next page goes on; `nil` when there is none.
    package let next: NewsPlace?
}

/// Which news are wanted; all of them unless it says otherwise.
package struct NewsFilter: Hashable, Sendable {
    /// Those that speak of this coin.
    package var symbol: String?
    /// Those of this feed.
    package var source: String?

    package init(symbol: String? = nil, source: String? = nil) {
        self.symbol = symbol
        self.source = source
    }
}

/// What the scores of some news with one label come to.
package struct NewsMoodShare: Hashable, Sendable {
    package let label: String
    package let count: Int
    /// Of their scores.
    package let sum: Double
}
