import Bus
package import Domain

/// One place of a chart.
package struct ChartCandle: Hashable, Sendable {
    package let candle: Candle
    /// Whether nothing was traded or known, and the place only shows where the price stood before.
    ///
    /// Such a candle is for the eye: it is never stored, and no indicator sees it.
    package let isSynthetic: Bool

    package init(_ candle: Candle, isSynthetic: Bool) {
        self.candle = candle
        self.isSynthetic = isSynthetic
    }
}

/// Candles for people to look at, with a flat one in every gap.
package enum ChartCandles {
    /// No chart has more places.
    package static let countMax = 5000

    /// - Parameters:
    ///   - candles: sound ones of one interval, oldest first.
    ///   - countMax: the newest so many places are kept.
    /// - Returns: one for each interval from the first to the last of them.
    package static func filled(_ candles: [Candle], countMax: Int = ChartCandles.countMax) -> [ChartCandle] {
        guard let newest = candles.last else { return [] }
        let interval = newest.interval
        let earliest = newest.openTime.advanced(by: interval.duration * -(max(1, countMax) - 1))
        var places: [ChartCandle] = []
        var before: Candle?
        for candle in candles {
            if let before {
                var time = max(before.closeTime, earliest)
                while time < candle.openTime {
                    places.append(ChartCandle(flat(after: before, at: time), isSynthetic: true))
                    time = time.advanced(by: interval.duration)
                }
            }
            if candle.openTime >= earliest { places.append(ChartCandle(candle, isSynthetic: false)) }
            before = candle
        }
        return places
    }

    private static func flat(after candle: Candle, at time: Timestamp) -> Candle {
        Candle(
            openTime: time,
            interval: candle.interval,
            open: candle.close,
            high: candle.close,
            low: candle.close,
            close: candle.close,
            volume: .zero
        )
    }
}
