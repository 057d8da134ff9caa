package import Bus
package import Domain

/// What one source said that a pair costs.
package struct PriceObservation: Hashable, Sendable {
    package let pair: TradingPair
    package let source: String
    package let price: Price
    /// When the price held: the source's own time, or when it was asked where it gives none.
    package let asOf: Timestamp

    /// - Parameters:
    ///   - pair: what is traded.
    ///   - source: who says so; 1 to 200 bytes.
    ///   - price: what it costs.
    ///   - asOf: when the price held.
    package init(pair: TradingPair, source: String, price: Price, asOf: Timestamp) {
        self.pair = pair
        self.source = source
        self.price = price
        self.asOf = asOf
    }

    var key: SeriesKey { SeriesKey(pair: pair, interval: nil, source: source) }
}

/// A price as it is kept.
package struct StoredPrice: Hashable, Sendable {
    package let observation: PriceObservation
    package let storedAt: Timestamp

    /// How old it is, counted from when it held.
    package func age(at now: Timestamp) -> Duration { observation.asOf.duration(to: now) }
}

/// What became of prices that were to be stored.
package struct PriceAppendReport: Hashable, Sendable {
    /// Those that were not there before.
    package internal(set) var inserted = 0
    /// Those that were there, the same in every figure.
    package internal(set) var unchanged = 0
    /// Those of a source and a moment of which another price is kept; the first one stays.
    package internal(set) var conflicts = 0
    /// Those of a month that has gone to the archive or is on its way; they are not stored.
    package internal(set) var tooOld = 0
}
