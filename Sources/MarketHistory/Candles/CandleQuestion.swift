package import Bus
package import Domain

/// A question for candles that have ended, and what its answer says about those that it lacks: a plain value.
package struct CandleQuestion: Hashable, Sendable {
    package let interval: CandleInterval
    /// The opening of the first one wanted; `nil` for the newest.
    package let since: Timestamp?
    package let count: Int

    /// Exchanges tell the newest candles late; what has ended so recently is not taken for missing.
    package static let settlingTime: Duration = .seconds(600)

    package init(interval: CandleInterval, since: Timestamp?, count: Int) {
        self.interval = interval
        self.since = since
        self.count = count
    }

    /// The time for which it is known, after an answer, which candles there are.
    ///
    /// - Parameters:
    ///   - candles: the answer, the oldest first.
    ///   - now: when it came.
    /// - Returns: `nil` when the answer says nothing.
    package func covered(by candles: [Candle], at now: Timestamp) -> Range<Timestamp>? {
        guard let start = since ?? candles.first?.openTime else { return nil }
        var end = candles.last?.closeTime ?? start
        if since != nil {
            let settled = interval.start(of: now.advanced(by: .zero - CandleQuestion.settlingTime))
            end = max(end, min(start.advanced(by: interval.duration * count), settled))
        }
        return start < end ? start..<end : nil
    }
}

extension CandleInterval {
    /// How many candles may open in a range.
    package func openings(in range: Range<Timestamp>) -> Int {
        let (first, end) = (firstOpening(from: range.lowerBound), firstOpening(from: range.upperBound))
        return max(0, Int(first.duration(to: end).components.seconds / seconds))
    }
}
