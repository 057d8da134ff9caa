package import Bus
package import Domain

/// What is wrong with one candle.
package enum CandleProblem: String, Hashable, Sendable, CaseIterable {
    /// It does not open at a whole number of intervals.
    case misaligned
    /// The low, the high, the open and the close contradict each other.
    case contradictory
    case negativeVolume
    /// Zero or less, where only prices above zero make sense.
    case notPositive
    /// It does not open after the one before it.
    case outOfOrder
}

/// The checks that every candle passes before anybody sees it; pure arithmetic.
package enum CandleChecks {
    /// - Parameters:
    ///   - candle: what is checked.
    ///   - previous: the opening time of the candle before it.
    ///   - mustBePositive: whether prices of zero and less are mistakes; true for crypto, not for oil.
    /// - Returns: the first problem, or `nil` when it is sound.
    package static func problem(
        of candle: Candle,
        after previous: Timestamp? = nil,
        mustBePositive: Bool = true
    ) -> CandleProblem? {
        if !candle.interval.isOpening(candle.openTime) { return .misaligned }
        let (low, high) = (candle.low, candle.high)
        let isSound = low <= min(candle.open, candle.close) && max(candle.open, candle.close) <= high
        if !isSound { return .contradictory }
        if candle.volume.isNegative { return .negativeVolume }
        if mustBePositive, low.amount <= .zero { return .notPositive }
        if let previous, candle.openTime <= previous { return .outOfOrder }
        return nil
    }

    /// The candles whose interval has ended, without the one that is still forming.
    package static func closed(_ candles: [Candle], at now: Timestamp) -> [Candle] {
        candles.filter { $0.closeTime <= now }
    }

    /// What is missing between two candles that follow each other; `nil` when nothing is.
    package static func gap(from previous: Timestamp, to next: Timestamp, interval: CandleInterval) -> CandleGap? {
        let expected = previous.advanced(by: interval.duration)
        guard next > expected else { return nil }
        let missing = (next.nanoseconds - expected.nanoseconds) / (interval.seconds * 1_000_000_000)
        return missing > 0 ? CandleGap(from: expected, to: next, missing: Int(missing)) : nil
    }
}

/// Candles that do not exist between two that do.
package struct CandleGap: Hashable, Sendable {
    /// The opening time of the first missing one.
    package let from: Timestamp
    /// The opening time of the next one that exists.
    package let to: Timestamp
    package let missing: Int

    package init(from: Timestamp, to: Timestamp, missing: Int) {
        self.from = from
        self.to = to
        self.missing = missing
    }
}

extension Timestamp {
    /// Reads a number that may count seconds, milliseconds or microseconds since 1970, told apart by its size.
    ///
    /// - Returns: `nil` when it lies beyond what a timestamp can hold, or before 1970.
    package init?(exchangeTime number: Int64) {
        guard number >= 0 else { return nil }
        let factor: Int64 = number > 100_000_000_000_000 ? 1000 : number > 100_000_000_000 ? 1_000_000 : 1_000_000_000
        let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self.init(nanoseconds: nanoseconds)
    }
}
