/// The rule for the future at the end of a time zone file, in the notation of the TZ variable of POSIX.
///
/// Such as `CET-1CEST,M3.5.0,M10.5.0/3`: names, how far *behind* UTC the clocks are, and when summer time begins and
/// ends.
struct TimeZoneFooter: Hashable {
    /// The last year that rules are spelled out for: timestamps end in 2262.
    private static let lastYear = 2262

    private let standardSeconds: Int
    private let summer: Summer?

    private struct Summer: Hashable {
        let offsetSeconds: Int
        let begin: YearlyMoment
        let end: YearlyMoment
    }

    /// - Returns: `nil` when the text is no such rule.
    init?(_ text: ArraySlice<UInt8>) {
        var reader = TimeZoneFooterReader(text)
        guard reader.skipName(), let behind = reader.time(hoursMax: 24) else { return nil }
        standardSeconds = -behind
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.skipName() else { return nil }
        var offset = standardSeconds + 3600
        if !reader.isNext(",") {
            guard let behind = reader.time(hoursMax: 24) else { return nil }
            offset = -behind
        }
        guard reader.take(","), let begin = reader.moment(), reader.take(","), let end = reader.moment(),
            reader.isAtEnd
        else { return nil }
        summer = Summer(offsetSeconds: offset, begin: begin, end: end)
    }

    /// The changes later than a second, year by year.
    func changes(after second: Int64) -> [TimeZoneRules.Change] {
        guard let summer else { return [TimeZoneRules.Change(second: second + 1, offsetSeconds: standardSeconds)] }
        let firstYear = LocalDay(number: second.quotientRoundedDown(by: 86_400)).date.year - 1
        guard firstYear <= Self.lastYear else { return [] }
        var changes: [TimeZoneRules.Change] = []
        for year in max(firstYear, 1900)...Self.lastYear {
            // Each is told by the clock that is in force until then.
            let begin = summer.begin.second(in: year) - Int64(standardSeconds)
            let end = summer.end.second(in: year) - Int64(summer.offsetSeconds)
            changes.append(TimeZoneRules.Change(second: begin, offsetSeconds: summer.offsetSeconds))
            changes.append(TimeZoneRules.Change(second: end, offsetSeconds: standardSeconds))
        }
        // Summer time all year round ends in the same second in which it begins anew: the beginning counts.
        func order(_ change: TimeZoneRules.Change) -> (Int64, Int) {
            (change.second, change.offsetSeconds == standardSeconds ? 0 : 1)
        }
        changes.sort { order($0) < order($1) }
        return changes.filter { $0.second > second }
    }
}

/// A moment of each year, on the local clock.
struct YearlyMoment: Hashable {
    enum Day: Hashable {
        /// The weekday (0 for Sunday) of a week of a month; week 5 is the last.
        case weekday(Int, week: Int, month: Int)
        /// 1 to 365; the leap day is never counted.
        case dayOfCommonYear(Int)
        /// 0 to 365; the leap day is counted.
        case dayOfYear(Int)
    }

    let day: Day
    /// After midnight; may be before that day or days later.
    let seconds: Int

    /// Seconds since 1970-01-01 00:00 on the local clock.
    func second(in year: Int) -> Int64 { date(in: year).number * 86_400 + Int64(seconds) }

    private func date(in year: Int) -> LocalDay {
        switch day {
        case .weekday(let weekday, let week, let month):
            let first = LocalDay(year: year, month: month, day: 1)
            let found = first.advanced(by: Int64((weekday - first.weekday + 7) % 7 + (week - 1) * 7))
            // The fifth week may lie in the next month already: then it is the fourth that is the last.
            return found.date.month == month ? found : found.advanced(by: -7)
        case .dayOfCommonYear(let number):
            let isLeap = LocalDay(year: year, month: 2, day: 29).date.month == 2
            return LocalDay(year: year, month: 1, day: isLeap && number >= 60 ? number + 1 : number)
        case .dayOfYear(let number):
            return LocalDay(year: year, month: 1, day: number + 1)
        }
    }
}
