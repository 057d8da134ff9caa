package import Bus

/// The trades of one interval: where the price started, how far it went, where it ended, and how much changed hands.
package struct Candle: Codable, Hashable, Sendable {
    /// The beginning of the interval, in UTC.
    package let openTime: Timestamp
    package let interval: CandleInterval
    package let open: Price
    package let high: Price
    package let low: Price
    package let close: Price
    /// In units of the pair's base.
    package let volume: ExactDecimal

    package init(
        openTime: Timestamp,
        interval: CandleInterval,
        open: Price,
        high: Price,
        low: Price,
        close: Price,
        volume: ExactDecimal
    ) {
        self.openTime = openTime
        self.interval = interval
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    /// The first moment after the interval: from then on the candle no longer changes.
    package var closeTime: Timestamp { openTime.advanced(by: interval.duration) }
}
