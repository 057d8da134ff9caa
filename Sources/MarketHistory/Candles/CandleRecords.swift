package import Bus
package import Domain
package import Market

/// Whose candles: of which pair, how long, and who tells them.
package struct CandleSeriesName: Hashable, Sendable {
    package let pair: TradingPair
    package let interval: CandleInterval
    package let source: String

    /// - Parameters:
    ///   - pair: what is traded.
    ///   - interval: how much time a candle covers.
    ///   - source: who tells them; 1 to 200 bytes.
    package init(pair: TradingPair, interval: CandleInterval, source: String) {
        self.pair = pair
        self.interval = interval
        self.source = source
    }

    var key: SeriesKey { SeriesKey(pair: pair, interval: interval, source: source) }
}

/// A series and how far it reaches.
package struct CandleSeriesEnd: Hashable, Sendable {
    package let series: CandleSeriesName
    /// When its newest candle opened; `nil` when it has none.
    package let newest: Timestamp?
}

/// A candle as it is kept.
package struct StoredCandle: Hashable, Sendable {
    package let candle: Candle
    /// Whether another source contradicts it.
    package let isSuspect: Bool

    package init(_ candle: Candle, isSuspect: Bool = false) {
        self.candle = candle
        self.isSuspect = isSuspect
    }
}

/// Two candles of one source and one time that are not the same.
package struct CandleConflict: Hashable, Sendable {
    /// The one that was there first.
    package let stored: Candle
    package let offered: Candle
}

/// What became of candles that were to be stored.
package struct CandleSaveReport: Hashable, Sendable {
    /// So many conflicts are told one by one.
    package static let conflictsKept = 20

    /// Those that were not there before.
    package internal(set) var inserted = 0
    /// Those that were there, the same in every figure.
    package internal(set) var unchanged = 0
    /// Those that took the place of others, as the caller wanted.
    package internal(set) var corrected = 0
    /// Those that were not stored because another one is there.
    package private(set) var conflictCount = 0
    /// The first of those.
    package private(set) var conflicts: [CandleConflict] = []

    mutating func note(_ conflict: CandleConflict) {
        conflictCount += 1
        if conflicts.count < CandleSaveReport.conflictsKept { conflicts.append(conflict) }
    }

    mutating func add(_ other: CandleSaveReport) {
        inserted += other.inserted
        unchanged += other.unchanged
        corrected += other.corrected
        conflictCount += other.conflictCount
        conflicts += other.conflicts.prefix(CandleSaveReport.conflictsKept - conflicts.count)
    }
}

/// What a series lacks in a range.
package struct MissingCandles: Hashable, Sendable {
    /// In order; one that reaches the end of the range ends there.
    package let gaps: [CandleGap]
    /// What of the range was not looked at; `nil` when all was.
    package let rest: Range<Timestamp>?
}
