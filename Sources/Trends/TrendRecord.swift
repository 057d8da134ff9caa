package import Bus

/// What outlives a restart: the last good list, and what the searches of a day have cost.
package struct TrendRecord: Codable, Hashable, Sendable {
    package var list: TrendList?
    /// The day in UTC that `spentTicks` is of, such as `2026-11-26`.
    package private(set) var day: String
    /// What was paid for searches on that day, and what is set aside for one under way; in 1e-10 USD.
    package private(set) var spentTicks: Int64

    package init(at now: Timestamp) {
        day = TrendRecord.day(of: now)
        spentTicks = 0
    }

    static func day(of time: Timestamp) -> String { String(time.description.prefix(10)) }

    /// When the next day begins.
    static func nextDay(after time: Timestamp) -> Timestamp {
        let (second, length) = (time.nanoseconds, Int64(86_400_000_000_000))
        let days = second >= 0 ? second / length : (second - length + 1) / length
        return Timestamp(nanoseconds: (days + 1) * length)
    }

    /// What was spent on the day of a moment.
    package func spent(at now: Timestamp) -> Int64 { day == TrendRecord.day(of: now) ? spentTicks : 0 }

    /// Sets money aside, on the day of a moment.
    mutating func setAside(_ ticks: Int64, at now: Timestamp) {
        let today = TrendRecord.day(of: now)
        if day != today { (day, spentTicks) = (today, 0) }
        spentTicks += ticks
    }

    /// Puts what a search has cost in the place of what was set aside for it.
    ///
    /// On a later day than the one of the search there is nothing left of that.
    mutating func settle(_ aside: Int64, with cost: Int64, of day: String) {
        guard day == self.day else { return }
        spentTicks = max(0, spentTicks - aside + cost)
    }

    /// Takes over what another daemon of the station has written, or an earlier life of this one.
    mutating func merge(_ other: TrendRecord) {
        if let theirs = other.list, (list?.asOf).map({ theirs.asOf > $0 }) ?? true { list = theirs }
        if other.day > day {
            (day, spentTicks) = (other.day, other.spentTicks)
        } else if other.day == day {
            // What could not be written is known here only.
            spentTicks = max(spentTicks, other.spentTicks)
        }
    }
}
