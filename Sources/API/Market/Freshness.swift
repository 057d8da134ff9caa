package import Bus

/// How much an answer about the market is to be trusted.
package struct Freshness: Codable, Hashable, Sendable {
    package let source: String
    package let asOf: Timestamp
    /// Whether it was there already.
    let cached: Bool
    /// In seconds.
    let cacheAge: Double
    /// Whether it is older than it should be, because nobody tells a newer one.
    let stale: Bool

    enum CodingKeys: String, CodingKey {
        case source, cached, stale
        case asOf = "as_of"
        case cacheAge = "cache_age"
    }

    /// - Parameters:
    ///   - source: who told it.
    ///   - asOf: when it was so.
    ///   - isCached: whether it was there already.
    ///   - age: how long ago it was told.
    ///   - isStale: whether it is older than it should be.
    package init(source: String, asOf: Timestamp, isCached: Bool, age: Duration, isStale: Bool) {
        self.source = source
        self.asOf = asOf
        cached = isCached
        cacheAge = age / .seconds(1)
        stale = isStale
    }
}

/// What was told, with its source and its age beside its own fields.
package struct Fresh<Told: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    package let told: Told
    package let freshness: Freshness

    package init(_ told: Told, _ freshness: Freshness) {
        self.told = told
        self.freshness = freshness
    }

    package init(from decoder: any Decoder) throws {
        told = try Told(from: decoder)
        freshness = try Freshness(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try told.encode(to: encoder)
        try freshness.encode(to: encoder)
    }
}

/// Why one provider gave nothing.
package struct ProviderReason: Codable, Hashable, Sendable {
    let provider: String
    let reason: String

    package init(provider: String, reason: String) {
        self.provider = provider
        self.reason = reason
    }
}

extension APIError {
    /// Nobody has told it, and there is none that may be told again.
    package init(unanswered reasons: [ProviderReason]) {
        let list = reasons.map { "\($0.provider): \($0.reason)" }.joined(separator: ", ")
        self.init(.unavailable, "No provider answers now (\(list.isEmpty ? "none was asked in time" : list)).")
    }
}
