package import Bus

/// There is a new list of what people on X talk about.
///
/// Without anybody's words: those are for who asks for the list, because nobody has looked at them before.
package struct TrendListUpdated: StateEvent, DocumentedEvent {
    package static let topic: Topic = "trend.list.updated"
    package static let summary = "There is a new list of what people on X talk about."
    /// What is talked about most comes first; at most ten.
    package let mentions: [TrendMention]
    /// Who has searched, as `provider/model`.
    package let source: String
    /// When the search was over.
    package let asOf: Timestamp
    /// How many entries of the answer were not as they have to be, and are left out.
    package let dropped: Int

    package init(mentions: [TrendMention], source: String, asOf: Timestamp, dropped: Int) {
        self.mentions = mentions
        self.source = source
        self.asOf = asOf
        self.dropped = dropped
    }
}

/// How people on X talk about something that is traded.
package struct TrendMention: Codable, Hashable, Sendable {
    /// Its code, such as `BTC`: capital letters and digits.
    package let symbol: String
    package let sentiment: SentimentLabel
    /// The change in percent that they speak of; not measured.
    package let changePercent: ExactDecimal

    package init(symbol: String, sentiment: SentimentLabel, changePercent: ExactDecimal) {
        self.symbol = symbol
        self.sentiment = sentiment
        self.changePercent = changePercent
    }
}
