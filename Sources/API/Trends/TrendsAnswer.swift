package import Bus
package import Domain

/// What `/trends/current` says.
package struct TrendsAnswer: Codable, Hashable, Sendable {
    /// How it is with the searches; whatever it is, the last good list stays.
    package enum Status: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        case ok
        /// The last search has brought nothing.
        case failing
        /// Nothing is asked now.
        case paused
        /// Nobody can be asked.
        case unavailable
    }

    package struct Entry: Codable, Hashable, Sendable {
        let symbol: String
        let sentiment: SentimentLabel
        /// The change in percent that people speak of; not measured.
        let changePercent: ExactDecimal
        /// What a post says: somebody's words, to be shown as text and as nothing else.
        let snippet: String
        let link: String

        enum CodingKeys: String, CodingKey {
            case symbol, sentiment, snippet, link
            case changePercent = "change_percent"
        }

        package init(
            symbol: String,
            sentiment: SentimentLabel,
            changePercent: ExactDecimal,
            snippet: String,
            link: String
        ) {
            self.symbol = symbol
            self.sentiment = sentiment
            self.changePercent = changePercent
            self.snippet = snippet
            self.link = link
        }
    }

    /// A list and where it is from.
    package struct Found: Hashable, Sendable {
        package var entries: [Entry]
        package var source: String
        package var asOf: Timestamp
        package var age: Duration
        package var dropped: Int

        package init(entries: [Entry], source: String, asOf: Timestamp, age: Duration, dropped: Int) {
            self.entries = entries
            self.source = source
            self.asOf = asOf
            self.age = age
            self.dropped = dropped
        }
    }

    let status: Status
    /// Why it is not ok.
    let reason: String?
    /// When X is searched next, where that is known.
    let nextSearchAt: Timestamp?
    /// Whether a search is under way.
    let searching: Bool
    /// Absent before the first good search.
    let asOf: Timestamp?
    let ageSeconds: Double?
    /// Whether the list is young enough to be spoken of on the air.
    let onAir: Bool
    /// Who has searched, as `provider/model`.
    let source: String?
    /// How many entries of the answer were not as they have to be, and are left out.
    let dropped: Int
    /// What is talked about most comes first; at most ten.
    let trends: [Entry]

    enum CodingKeys: String, CodingKey {
        case status, reason, searching, source, dropped, trends
        case nextSearchAt = "next_search_at"
        case asOf = "as_of"
        case ageSeconds = "age_seconds"
        case onAir = "on_air"
    }

    /// - Parameters:
    ///   - status: how it is with the searches.
    ///   - reason: why it is not ok.
    ///   - nextSearchAt: when X is searched next; `nil` while it is, and while nobody knows.
    ///   - isSearching: whether one is under way.
    ///   - found: the last good list.
    ///   - staleAfter: a list that is older is not spoken of on the air.
    package init(
        status: Status,
        reason: String?,
        nextSearchAt: Timestamp?,
        isSearching: Bool,
        found: Found?,
        staleAfter: Duration
    ) {
        self.status = status
        self.reason = reason
        self.nextSearchAt = nextSearchAt
        searching = isSearching
        asOf = found?.asOf
        ageSeconds = found.map { $0.age / .seconds(1) }
        onAir = found.map { $0.age <= staleAfter } ?? false
        source = found?.source
        dropped = found?.dropped ?? 0
        trends = found?.entries ?? []
    }
}
