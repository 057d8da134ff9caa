package import Bus
package import Domain

/// What people on X say about a symbol, as a host may say it: as theirs, with its time, and never in their words.
package struct TrendTalk: Sendable {
    package let header: EnvelopeHeader
    package let mention: TrendMention
    /// The symbol in dollars, which is how it is named.
    package let pair: TradingPair
    package let asOf: Timestamp
    /// How old it may be.
    package let ageMax: Duration

    /// Where its figure is from, in the facts of a segment.
    static let source = "x"

    /// - Returns: `nil` for a symbol that cannot be named.
    package init?(_ mention: TrendMention, of trends: Envelope<TrendListUpdated>, ageMax: Duration) {
        guard let pair = TradingPair(base: mention.symbol, quote: "USD") else { return nil }
        header = trends.header
        self.mention = mention
        self.pair = pair
        asOf = trends.payload.asOf
        self.ageMax = ageMax
    }

    package var figure: Briefing.Figure {
        let fact = SpokenFact(
            pair: pair,
            quantity: .trendChange,
            value: mention.changePercent,
            source: TrendTalk.source,
            asOf: asOf
        )
        return Briefing.Figure(fact: fact, ageMax: ageMax)
    }

    /// One line for a model.
    func line(_ time: StationTime) -> String {
        "On X, people are \(mood) about \(asset) and see it \(change), as of \(time.clock(asOf)); "
            + "that is their figure and not a measured one"
    }

    var asset: String { SpeechText.asset(pair) }
    var mood: String { mention.sentiment.rawValue }
    var change: String { SpeechText.change(mention.changePercent) }
}
