package import Bus
package import Domain
package import Market

/// Finds what is missing in a series, from the times at which its candles open: a plain value.
package struct GapFinder: Hashable, Sendable {
    private let interval: CandleInterval
    /// The first opening behind the range.
    private let end: Timestamp
    private var previous: Timestamp

    /// - Parameters:
    ///   - range: where candles are expected, at every opening within it; between 1900 and 2200.
    ///   - interval: how much time each covers.
    package init(range: Range<Timestamp>, interval: CandleInterval) {
        self.interval = interval
        end = interval.firstOpening(from: range.upperBound)
        // As if the one before the range were there.
        previous = interval.firstOpening(from: range.lowerBound).advanced(by: .zero - interval.duration)
    }

    /// Notes a candle that exists; they come in the order of their times.
    ///
    /// - Returns: what is missing between it and the one before.
    package mutating func observe(_ openTime: Timestamp) -> CandleGap? {
        defer { previous = max(previous, openTime) }
        return CandleChecks.gap(from: previous, to: openTime, interval: interval)
    }

    /// - Returns: what is missing between the last candle and the end of the range.
    package func finish() -> CandleGap? { CandleChecks.gap(from: previous, to: end, interval: interval) }

    /// All gaps of a range.
    ///
    /// - Parameters:
    ///   - range: where candles are expected.
    ///   - interval: how much time each covers.
    ///   - openTimes: those that exist in it, the oldest first.
    /// - Returns: the gaps, in order.
    package static func gaps(
        in range: Range<Timestamp>,
        interval: CandleInterval,
        openTimes: some Sequence<Timestamp>
    ) -> [CandleGap] {
        var finder = GapFinder(range: range, interval: interval)
        var gaps = openTimes.compactMap { finder.observe($0) }
        if let last = finder.finish() { gaps.append(last) }
        return gaps
    }
}

extension CandleInterval {
    /// The first moment from a time on at which a candle opens.
    func firstOpening(from time: Timestamp) -> Timestamp {
        let start = start(of: time)
        return start == time ? start : start.advanced(by: duration)
    }
}
