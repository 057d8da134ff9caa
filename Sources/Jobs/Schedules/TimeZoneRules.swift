package import Bus

/// How far a place's clocks are ahead of UTC, and when that changes.
///
/// A plain value: a list of changes that reaches to the year 2262, where timestamps end.
package struct TimeZoneRules: Hashable, Sendable {
    /// From a moment on, the clocks are this far ahead of UTC.
    struct Change: Hashable, Sendable {
        /// Seconds since 1970.
        let second: Int64
        let offsetSeconds: Int
    }

    /// Before the first change.
    private let firstOffsetSeconds: Int
    /// In order of time.
    private let changes: [Change]

    init(firstOffsetSeconds: Int, changes: [Change]) {
        self.firstOffsetSeconds = firstOffsetSeconds
        self.changes = changes
    }

    package static let utc = TimeZoneRules(firstOffsetSeconds: 0, changes: [])

    /// How many seconds the clocks are ahead of UTC at a moment.
    package func offsetSeconds(at time: Timestamp) -> Int {
        offset(before: firstChange(after: time.nanoseconds.quotientRoundedDown(by: 1_000_000_000)))
    }

    /// What the clocks show at a moment, to the minute.
    package func local(at time: Timestamp) -> LocalMinute {
        LocalMinute(time, offsetSeconds: offsetSeconds(at: time))
    }

    /// The moment at which the clocks show a time.
    ///
    /// A time that comes twice, when clocks go back, is its first moment. A time that does not exist, when clocks go
    /// forward, is the first moment after the gap.
    package func moment(of local: LocalMinute) -> Timestamp {
        let shown = local.minutes * 60
        // No offset is larger than 26 hours, so what shows this time is in force somewhere between these.
        let margin = Int64(TimeZoneRules.offsetSecondsMax)
        var next = firstChange(after: shown - margin)
        while true {
            let second = shown - Int64(offset(before: next))
            guard next < changes.count, changes[next].second <= shown + margin else { return moment(second) }
            let change = changes[next]
            if second < change.second { return moment(second) }
            // Shown before the change only if it came later, and after it only if it came earlier: a gap.
            if shown - Int64(change.offsetSeconds) < change.second { return moment(change.second) }
            next += 1
        }
    }

    static let offsetSecondsMax = 26 * 3600

    private func moment(_ second: Int64) -> Timestamp {
        let limit = Int64.max / 1_000_000_000
        return Timestamp(seconds: min(max(second, -limit), limit))
    }

    /// The position of the first change later than a second.
    private func firstChange(after second: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].second <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What is in force just before a change.
    private func offset(before position: Int) -> Int {
        position == 0 ? firstOffsetSeconds : changes[position - 1].offsetSeconds
    }
}
