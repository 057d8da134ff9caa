package import Bus
package import Domain

/// What is true right now, as far as anybody has measured or said it: the only place that a host takes figures from.
///
/// Every figure has its source, the time when it held and how old it may be; one that is older is in no answer. What was
/// recorded at another time is kept apart, and may only be said with its date.
package struct Briefing: Sendable {
    /// How old figures may be to be said as if they were of now.
    package struct Limits: Hashable, Sendable {
        package var price: Duration
        /// For what people on X say.
        package var talk: Duration

        package init(price: Duration, talk: Duration) {
            self.price = price
            self.talk = talk
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

    private var live: [TradingPair: PriceEntry] = [:]
    private var recorded: [TradingPair: PriceEntry] = [:]
    private var candles: [TradingPair: CandleClosed] = [:]
    private var trends: Envelope<TrendListUpdated>?

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

    package mutating func note(_ trends: Envelope<TrendListUpdated>) { self.trends = trends }

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
