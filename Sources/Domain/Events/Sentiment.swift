package import Bus

/// The mood of the market is another: the index of a provider, and what the news of the last hours come to.
///
/// Either may be missing: nobody tells the index, or there are no news.
package struct SentimentIndexChanged: StateEvent, DocumentedEvent, Hashable {
    package static let topic: Topic = "sentiment.index.changed"
    package static let summary = "The mood of the market is another: the Fear & Greed index, or what the news come to."
    package let index: FearGreed?
    package let news: NewsMood?
    package let at: Timestamp

    package init(index: FearGreed?, news: NewsMood?, at: Timestamp) {
        self.index = index
        self.news = news
        self.at = at
    }

    /// The index of a provider.
    package struct FearGreed: Codable, Hashable, Sendable {
        /// 0 for the greatest fear, 100 for the greatest greed.
        package let value: Int
        /// The provider's word for it, such as `Extreme Fear`.
        package let label: String
        package let source: String
        /// The beginning of the day, in UTC, that it is of.
        package let asOf: Timestamp

        package init(value: Int, label: String, source: String, asOf: Timestamp) {
            self.value = value
            self.label = label
            self.source = source
            self.asOf = asOf
        }
    }

    /// What the scores of the news come to.
    package struct NewsMood: Codable, Hashable, Sendable {
        /// Their mean, from -1 to 1.
        package let score: Double
        package let level: SentimentLevel
        /// How many there are.
        package let count: Int
        /// The time that they are of, up to now.
        package let hours: Int

        package init(score: Double, level: SentimentLevel, count: Int, hours: Int) {
            self.score = score
            self.level = level
            self.count = count
            self.hours = hours
        }
    }
}
