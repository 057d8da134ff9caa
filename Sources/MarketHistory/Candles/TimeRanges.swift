package import Bus

/// Stretches of time, in order, that neither overlap nor touch: a plain value.
package struct TimeRanges: Hashable, Sendable {
    package let ranges: [Range<Timestamp>]

    /// - Parameter ranges: in any order; they may overlap, and empty ones say nothing.
    package init(_ ranges: some Sequence<Range<Timestamp>> = []) {
        var merged: [Range<Timestamp>] = []
        for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = merged.last, range.lowerBound <= last.upperBound else {
                merged.append(range)
                continue
            }
            merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
        }
        self.ranges = merged
    }

    /// What of a range lies within these stretches.
    package func covered(of range: Range<Timestamp>) -> [Range<Timestamp>] {
        ranges.map { $0.clamped(to: range) }.filter { !$0.isEmpty }
    }

    /// What of a range lies outside of all stretches.
    package func uncovered(of range: Range<Timestamp>) -> [Range<Timestamp>] {
        var rest: [Range<Timestamp>] = []
        var start = range.lowerBound
        for covered in covered(of: range) {
            if start < covered.lowerBound { rest.append(start..<covered.lowerBound) }
            start = covered.upperBound
        }
        if start < range.upperBound { rest.append(start..<range.upperBound) }
        return rest
    }
}
