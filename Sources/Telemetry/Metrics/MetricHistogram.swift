import CoreMetrics
import Threading

/// Observations counted by size, in fixed buckets.
///
/// Observing is two atomic operations and a search of the bounds.
package final class MetricHistogram: TimerHandler, RecorderHandler {
    /// The most bounds a histogram may have; one more bucket holds what is larger than all of them.
    package static let boundsMax = 31

    /// Ascending upper bounds, each inclusive.
    package let bounds: [Double]
    private let counts: InlineArray<32, Atomic<UInt64>>
    private let sumBits = Atomic<UInt64>(0)

    init(bounds: [Double]) {
        self.bounds = Array(bounds.prefix(MetricHistogram.boundsMax))
        counts = InlineArray { _ in Atomic<UInt64>(0) }
    }

    /// Counts one observation, in the metric's unit.
    package func observe(_ value: Double) {
        guard !value.isNaN else { return }
        counts[index(of: value)].wrappingAdd(1, ordering: .relaxed)
        var old = sumBits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + value).bitPattern
            let (exchanged, original) = sumBits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    /// Counts a duration, in seconds.
    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) / 1e18)
    }

    package func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

    package func record(_ value: Int64) { observe(Double(value)) }

    package func record(_ value: Double) { observe(value) }

    /// The counts at this moment.
    ///
    /// Observations made meanwhile may be in the sum and not yet in a bucket.
    package var snapshot: HistogramSnapshot {
        var taken: [UInt64] = []
        for index in 0...bounds.count { taken.append(counts[index].load(ordering: .relaxed)) }
        return HistogramSnapshot(
            bounds: bounds,
            counts: taken,
            sum: Double(bitPattern: sumBits.load(ordering: .relaxed))
        )
    }

    private func index(of value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// A histogram's counts at one moment.
package struct HistogramSnapshot: Hashable, Sendable {
    package let bounds: [Double]
    /// One more than there are bounds; the last holds what is larger than all of them.
    ///
    /// Not cumulative.
    package let counts: [UInt64]
    package let sum: Double

    package init(bounds: [Double], counts: [UInt64], sum: Double) {
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    package var count: UInt64 { counts.reduce(0, +) }

    /// An estimate of the value below which the given share of the observations lies, or `nil` when there are none.
    ///
    /// Values are taken to be spread evenly within a bucket, as dashboards do; what is beyond the last bound counts as
    /// the last bound.
    ///
    /// - Parameter share: 0 to 1; 0.99 gives the 99th percentile.
    /// - Returns: the estimate, in the metric's unit.
    package func quantile(_ share: Double) -> Double? {
        let total = count
        guard total > 0, let last = bounds.last else { return nil }
        let rank = min(max(share, 0), 1) * Double(total)
        var below: UInt64 = 0
        for (index, bound) in bounds.enumerated() {
            let inside = counts[index]
            if inside > 0, Double(below + inside) >= rank {
                let lower = index == 0 ? min(0, bound) : bounds[index - 1]
                return lower + (bound - lower) * max(0, rank - Double(below)) / Double(inside)
            }
            below += inside
        }
        return last
    }
}
