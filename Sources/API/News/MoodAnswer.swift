import Bus
package import Domain

/// What `/api/sentiment` says.
package struct MoodAnswer: Codable, Hashable, Sendable {
    /// The Fear & Greed index.
    package struct Index: Codable, Hashable, Sendable {
        /// 0 for the greatest fear, 100 for the greatest greed.
        let value: Int
        /// The provider's word for it.
        let label: String
        let source: String
        /// The beginning of the day that it is of.
        let asOf: Timestamp
        let cached: Bool
        let cacheAge: Double
        let stale: Bool

        enum CodingKeys: String, CodingKey {
            case value, label, source, cached, stale
            case asOf = "as_of"
            case cacheAge = "cache_age"
        }

        package init(value: Int, label: String, _ freshness: Freshness) {
            self.value = value
            self.label = label
            source = freshness.source
            asOf = freshness.asOf
            cached = freshness.isCached
            cacheAge = freshness.age / .seconds(1)
            stale = freshness.isStale
        }
    }

    /// What the news of the last hours come to.
    package struct News: Codable, Hashable, Sendable {
        /// The mean of their scores, -1 to 1.
        let score: Double
        let level: SentimentLevel
        let count: Int
        let hours: Int
        let source: String
        /// When it was reckoned.
        let asOf: Timestamp
        let cached: Bool
        let cacheAge: Double
        let stale: Bool

        enum CodingKeys: String, CodingKey {
            case score, level, count, hours, source, cached, stale
            case asOf = "as_of"
            case cacheAge = "cache_age"
        }

        package init(score: Double, level: SentimentLevel, count: Int, hours: Int, _ freshness: Freshness) {
            self.score = score
            self.level = level
            self.count = count
            self.hours = hours
            source = freshness.source
            asOf = freshness.asOf
            cached = freshness.isCached
            cacheAge = freshness.age / .seconds(1)
            stale = freshness.isStale
        }
    }

    /// Absent when nobody tells it.
    let fearGreed: Index?
    /// Why it is absent, or no newer one is there.
    let fearGreedReason: String?
    /// Absent without news.
    let news: News?

    enum CodingKeys: String, CodingKey {
        case news
        case fearGreed = "fear_greed"
        case fearGreedReason = "fear_greed_reason"
    }

    package init(fearGreed: Index?, fearGreedReason: String?, news: News?) {
        self.fearGreed = fearGreed
        self.fearGreedReason = fearGreedReason
        self.news = news
    }

    /// Whether there is nothing to tell.
    package var isEmpty: Bool { fearGreed == nil && news == nil }

    /// Why there is no index, or none that is newer.
    package var reason: String? { fearGreedReason }
}
