/// The result of `news.list`.
public struct NewsList: Codable, Hashable, Sendable {
    public struct Piece: Codable, Hashable, Sendable {
        public let id: String
        public let publishedAt: String
        public let storedAt: String
        /// Whose feed.
        public let source: String
        /// Somebody's words.
        public let title: String
        public let url: String
        /// The coins that it speaks of.
        public let symbols: [String]
        /// From -1 to 1; absent when nobody has looked at it.
        public let score: Double?
        /// That in words.
        public let level: String?
        /// Who says so.
        public let method: String?
    }

    /// The newest first.
    public let news: [Piece]
}

/// The result of `news.feeds`.
public struct NewsFeeds: Codable, Hashable, Sendable {
    public struct Feed: Codable, Hashable, Sendable {
        public let name: String
        public let url: String
        /// When it is asked next.
        public let dueAt: String
        public let lastSuccess: String?
        /// Failures in a row.
        public let failures: Int64
        /// The last failure, also when it is over.
        public let lastFailure: String?
        public let lastFailureAt: String?
        /// Pieces that its last answer with something new has brought.
        public let items: Int64?
        /// Of those, the ones that nobody had told before.
        public let new: Int64?
        /// Those that could not be kept.
        public let leftOut: Int64?
    }

    public let feeds: [Feed]
}
