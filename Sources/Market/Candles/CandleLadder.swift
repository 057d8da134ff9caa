package import Bus
package import Domain

/// The larger candles of one market, made of its smallest ones as they close.
///
/// One whose beginning lies before the first small one that was seen is not told. One in which small ones are missing is,
/// and says how many: nobody but the exchange knows whether there was no trade or no connection.
package struct CandleLadder: Sendable {
    package let base: CandleInterval
    package let intervals: [CandleInterval]
    private var rungs: [CandleResampler]
    private var first: Timestamp?
    /// How many small ones could not be taken, because they came late or have too many digits.
    package private(set) var refusedCount = 0

    /// - Parameters:
    ///   - base: what the small ones cover.
    ///   - intervals: what the larger ones are to cover; those that are not made of whole small ones are left out.
    package init(base: CandleInterval, intervals: [CandleInterval]) {
        self.base = base
        rungs = Set(intervals).sorted { $0.seconds < $1.seconds }.compactMap { interval in
            do throws(CandleResampler.Refusal) {
                return try CandleResampler(from: base, to: interval)
            } catch {
                return nil
            }
        }
        self.intervals = rungs.map(\.interval)
    }

    /// Takes the next small one, which is closed.
    ///
    /// - Returns: the larger ones that are closed by it, the shortest first; of one interval the older first.
    package mutating func add(_ candle: Candle) -> [ResampledCandle] {
        if first == nil { first = candle.openTime }
        var closed: [ResampledCandle] = []
        for place in rungs.indices {
            do throws(CandleResampler.Refusal) {
                closed += try rungs[place].add(candle)
            } catch {
                refusedCount += 1
            }
        }
        return closed.filter { made in first.map { made.candle.openTime >= $0 } ?? false }
    }

    /// How much of the past has to be added again, so that it goes on as if it had never stopped.
    ///
    /// - Parameter last: the opening of the newest small one that was added.
    /// - Returns: the openings of those to add; the newest among them.
    package func past(upTo last: Timestamp) -> Range<Timestamp> {
        let starts = intervals.map { $0.start(of: last) }
        return (starts.min() ?? last)..<last.advanced(by: base.duration)
    }
}
