package import Bus
package import Domain

/// What is true right now, as far as anybody has measured or said it: the only place that hosts and answers take figures
/// from.
///
/// Every figure has its source, the time when it held and how old it may be; one that is older is in no answer. What was
/// recorded at another time is kept apart, and may only be said with its date.
package struct Briefing: Sendable {
    /// How old figures may be to be said as if they were of now.
    package struct Limits: Hashable, Sendable {
        package var price: Duration
        /// For what people on X say.
        package var talk: Duration
        /// For what the news come to.
        package var mood: Duration
        /// For the index, from the beginning of the day that it is of: that day, and the next until the new one is told.
        package var index: Duration = .seconds(48 * 3600)
        /// For a piece of news.
        package var headline: Duration

        package init(
            price: Duration = .seconds(30),
            talk: Duration = .seconds(600),
            mood: Duration = .seconds(2 * 3600),
            headline: Duration = .seconds(6 * 3600)
        ) {
            self.price = price
            self.talk = talk
            self.mood = mood
            self.headline = headline
        }
    }

    /// One figure, and how long it may be said.
    package struct Figure: Hashable, Sendable {
        package let fact: SpokenFact
        /// From the time when it held; `nil` for one that is said with its date and does not grow old.
        package let ageMax: Duration?

        /// Whether it may be said now.
        package func holds(at now: Timestamp) -> Bool {
            guard let ageMax else { return true }
            return fact.asOf.duration(to: now) <= ageMax
        }
    }

    /// How many pieces of news are kept.
    package static let headlinesMax = 40

    /// Why nobody serves prices; `nil` while somebody does, and before anybody was asked.
    package private(set) var sourceIsAway: String?
    /// Whether somebody serves prices, be it from a record.
    package private(set) var hasSource = false
    private var live: [TradingPair: PriceEntry] = [:]
    private var recorded: [TradingPair: PriceEntry] = [:]
    private var candles: [TradingPair: CandleClosed] = [:]
    private var trends: Envelope<TrendListUpdated>?
    private var sentiment: Envelope<SentimentIndexChanged>?
    /// Newest first.
    private var news: [Headline] = []

    package init() {}

    // MARK: What happens

    package mutating func note(_ envelope: Envelope<PriceTicked>) {
        let tick = envelope.payload
        if tick.isReplayed {
            recorded[tick.pair] = PriceEntry(header: envelope.header, tick: tick, ageMax: nil)
        } else {
            live[tick.pair] = PriceEntry(header: envelope.header, tick: tick, ageMax: nil)
        }
    }

    package mutating func note(_ candle: CandleClosed) {
        // Prices are the ends of candles that were recorded, not of those made of them.
        guard candle.isReplayed, candle.missing == nil else { return }
        candles[candle.pair] = candle
    }

    package mutating func note(_ change: MarketSourceChanged) {
        hasSource = change.source != nil
        sourceIsAway = hasSource ? nil : change.reason
    }

    package mutating func note(_ trends: Envelope<TrendListUpdated>) { self.trends = trends }

    package mutating func note(_ sentiment: Envelope<SentimentIndexChanged>) { self.sentiment = sentiment }

    /// A piece of news; one that is known already changes nothing.
    package mutating func note(_ headline: Headline) {
        guard !news.contains(where: { $0.id == headline.id }) else { return }
        let place = news.firstIndex { $0.publishedAt < headline.publishedAt } ?? news.endIndex
        news.insert(headline, at: place)
        if news.count > Briefing.headlinesMax { news.removeLast() }
    }

    // MARK: What may be said

    /// Prices that are fresh enough to be said as if they were of now.
    ///
    /// - Parameters:
    ///   - now: what ages are counted to.
    ///   - limits: older ones are left out.
    /// - Returns: at most one for each pair, in the order of the pairs.
    package func prices(at now: Timestamp, _ limits: Limits) -> [PriceEntry] {
        live.values
            .filter { $0.tick.asOf.duration(to: now) <= limits.price }
            .map { entry in
                var entry = entry
                entry.ageMax = limits.price
                return entry
            }
            .sorted { $0.tick.pair < $1.tick.pair }
    }

    /// What people on X talk about, while that is fresh enough; in the order of their list.
    package func talks(at now: Timestamp, _ limits: Limits) -> [TrendTalk] {
        guard let trends, trends.payload.asOf.duration(to: now) <= limits.talk else { return [] }
        return trends.payload.mentions.compactMap { TrendTalk($0, of: trends, ageMax: limits.talk) }
    }

    /// The index of fear and greed; `nil` when nobody tells it, or it is too old.
    package func index(at now: Timestamp, _ limits: Limits) -> MoodEntry? {
        sentiment.flatMap { MoodEntry(indexOf: $0, ageMax: limits.index) }.flatMap {
            $0.figure.holds(at: now) ? $0 : nil
        }
    }

    /// What the news come to; `nil` when there are none, or that was long ago.
    package func newsMood(at now: Timestamp, _ limits: Limits) -> MoodEntry? {
        sentiment.flatMap { MoodEntry(newsOf: $0, ageMax: limits.mood) }.flatMap { $0.figure.holds(at: now) ? $0 : nil }
    }

    /// The news that are fresh enough, the newest first.
    package func headlines(at now: Timestamp, _ limits: Limits) -> [Headline] {
        // A date that is yet to come is a mistake of the feed's.
        news.filter { $0.publishedAt <= now && $0.publishedAt.duration(to: now) <= limits.headline }
    }

    /// The newest recorded prices; they may only be said with their date.
    package var history: [PriceEntry] {
        recorded.values
            .map { entry in
                var entry = entry
                if let closed = candles[entry.tick.pair], closed.asOf == entry.tick.asOf {
                    entry.candle = closed.candle
                }
                return entry
            }
            .sorted { $0.tick.pair < $1.tick.pair }
    }
}
