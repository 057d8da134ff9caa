package import Bus
package import Domain

/// One entry of the list: something that people on X talk about, and one of their posts.
package struct Trend: Codable, Hashable, Sendable {
    /// Its code, such as `BTC`.
    package let symbol: String
    package let sentiment: SentimentLabel
    /// The change in percent that they speak of, with two digits behind the point at most; not measured.
    package let changePercent: ExactDecimal
    /// What a post says, in one line of plain text with at most 30 words.
    ///
    /// Nobody has looked at it before.
    package let snippet: String
    /// The post, on x.com or twitter.com.
    package let link: String

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

    /// What may be told without anybody's words.
    package var mention: TrendMention {
        TrendMention(symbol: symbol, sentiment: sentiment, changePercent: changePercent)
    }
}

/// The last good list.
package struct TrendList: Codable, Hashable, Sendable {
    /// What is talked about most comes first; 1 to 10.
    package let entries: [Trend]
    /// Who has searched, as `provider/model`.
    package let source: String
    /// When the search was over.
    package let asOf: Timestamp
    /// How many entries of the answer were left out.
    package let dropped: Int

    package init(entries: [Trend], source: String, asOf: Timestamp, dropped: Int) {
        self.entries = entries
        self.source = source
        self.asOf = asOf
        self.dropped = dropped
    }

    /// How old it is; never less than nothing, should the clock have been set back.
    package func age(at now: Timestamp) -> Duration { max(.zero, asOf.duration(to: now)) }

    package var event: TrendListUpdated {
        TrendListUpdated(mentions: entries.map(\.mention), source: source, asOf: asOf, dropped: dropped)
    }
}
