package import Bus
import Domain

/// The mood of the whole market as one figure, with the event that brought it.
package struct MoodEntry: Sendable {
    package let header: EnvelopeHeader
    package let figure: Briefing.Figure
    /// In words: the provider's own for its index, ours for what the news come to.
    package let word: String
    /// Of how many pieces of news it is, and of how many hours; `nil` for the index.
    package let news: (count: Int, hours: Int)?

    /// - Returns: `nil` when nobody tells the index.
    init?(indexOf sentiment: Envelope<SentimentIndexChanged>, ageMax: Duration) {
        guard let index = sentiment.payload.index else { return nil }
        header = sentiment.header
        figure = Briefing.Figure(
            fact: SpokenFact(
                pair: nil,
                quantity: .fearGreed,
                value: ExactDecimal(index.value),
                source: index.source,
                asOf: index.asOf
            ),
            ageMax: ageMax
        )
        word = SpeechText.plain(index.label)
        news = nil
    }

    /// - Returns: `nil` when there are no news.
    init?(newsOf sentiment: Envelope<SentimentIndexChanged>, ageMax: Duration) {
        // Scores have two digits, so that nothing is lost.
        guard let mood = sentiment.payload.news, let value = ExactDecimal(mood.score.description)?.rounded(toScale: 2)
        else { return nil }
        header = sentiment.header
        figure = Briefing.Figure(
            fact: SpokenFact(
                pair: nil,
                quantity: .newsMood,
                value: value,
                source: MoodEntry.newsSource,
                asOf: sentiment.payload.at
            ),
            ageMax: ageMax
        )
        word = mood.level.rawValue.replacing("_", with: " ")
        news = (mood.count, mood.hours)
    }

    /// Where the figure of the news is from, in the facts of a segment: nobody else reckons it.
    static let newsSource = "news"

    /// One line for a model.
    package func line(_ time: StationTime) -> String {
        let fact = figure.fact
        guard let news else {
            return "The Fear and Greed index of \(SpeechText.provider(fact.source)) is \(fact.value), which it calls "
                + "\(word), for \(StationTime.day(fact.asOf))"
        }
        return "The \(news.count) pieces of news of the last \(news.hours) hours are \(word) by our own count, as of "
            + time.clock(fact.asOf)
    }
}
