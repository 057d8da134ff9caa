package import Domain

/// What `/api/sentiment` says.
package struct MoodAnswer: Codable, Hashable, Sendable {
    /// The Fear & Greed index; its time is the beginning of the day that it is of.
    package struct Index: Codable, Hashable, Sendable {
        /// 0 for the greatest fear, 100 for the greatest greed.
        let value: Int
        /// The provider's word for it.
        let label: String

        package init(value: Int, label: String) {
            self.value = value
            self.label = label
        }
    }

    /// What the news of the last hours come to; its time is when it was reckoned.
    package struct News: Codable, Hashable, Sendable {
        /// The mean of their scores, -1 to 1.
        let score: Double
        let level: SentimentLevel
        let count: Int
        let hours: Int

        package init(score: Double, level: SentimentLevel, count: Int, hours: Int) {
            self.score = score
            self.level = level
            self.count = count
            self.hours = hours
        }
    }

    /// Absent when nobody tells it.
    let fearGreed: Fresh<Index>?
    /// Why it is absent, or no newer one is there.
    let fearGreedReason: String?
    /// Absent without news.
    let news: Fresh<News>?

    enum CodingKeys: String, CodingKey {
        case news
        case fearGreed = "fear_greed"
        case fearGreedReason = "fear_greed_reason"
    }

    package init(fearGreed: Fresh<Index>?, fearGreedReason: String?, news: Fresh<News>?) {
        self.fearGreed = fearGreed
        self.fearGreedReason = fearGreedReason
        self.news = news
    }

    /// Whether there is nothing to tell.
    package var isEmpty: Bool { fearGreed == nil && news == nil }

    /// Why there is no index, or none that is newer.
    package var reason: String? { fearGreedReason }
}
