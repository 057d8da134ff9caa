package import Bus
package import Domain
import Market

/// What a backfill is to bring, and how far it has got: a plain value.
///
/// What was asked for is the only memory of its progress, so that one which was interrupted goes on where it was, and
/// two that overlap do nothing twice.
package struct BackfillPlan: Hashable, Sendable {
    package let interval: CandleInterval
    /// From an opening to an opening; empty when there is nothing to bring.
    package let range: Range<Timestamp>

    /// One question asks for one more candle than this, which is the most that all providers tell.
    package static let pageMax = 299

    /// - Parameters:
    ///   - range: when candles open; what has not ended by now is left out.
    ///   - interval: how much time each covers.
    ///   - now: what time it is.
    package init(range: Range<Timestamp>, interval: CandleInterval, now: Timestamp) {
        self.interval = interval
        let start = interval.firstOpening(from: range.lowerBound)
        let end = min(interval.firstOpening(from: range.upperBound), interval.start(of: now))
        self.range = start..<max(start, end)
    }

    /// The next stretch to ask for.
    ///
    /// - Parameters:
    ///   - asked: what was.
    ///   - place: where to look from; what lies before is left for another time.
    /// - Returns: `nil` when all was asked for.
    package func next(after asked: TimeRanges, from place: Timestamp? = nil) -> Range<Timestamp>? {
        let start = max(range.lowerBound, place ?? range.lowerBound)
        guard start < range.upperBound, let first = asked.uncovered(of: start..<range.upperBound).first else {
            return nil
        }
        let end = first.lowerBound.advanced(by: interval.duration * BackfillPlan.pageMax)
        return first.lowerBound..<min(first.upperBound, end)
    }

    /// How many candles may open in it.
    package var openingCount: Int { interval.openings(in: range) }

    /// For how many of them somebody was asked.
    package func doneCount(of asked: TimeRanges) -> Int {
        asked.covered(of: range).reduce(0) { $0 + interval.openings(in: $1) }
    }
}
