/// When something is due: the five fields of cron, on the wall clock of some place.
///
/// Minute, hour, day of month, month and day of week, each with lists, ranges, steps and, for the last two, names.
/// When both day fields are restricted a day matches if either does. As in Vixie's cron, a field that begins with `*`
/// counts as unrestricted here, also `*/2`: then both day fields must match.
package struct CronExpression: Hashable, Sendable {
    /// The longest text.
    package static let textBytesMax = 500

    /// As it was given.
    package let text: String
    private let minutes: UInt64
    private let hours: UInt64
    private let daysOfMonth: UInt64
    private let months: UInt64
    /// Bits 0 to 6; Sunday is 0.
    private let daysOfWeek: UInt64
    private let matchesEitherDay: Bool

    /// - Throws: `CronError` when the text is no expression, or can never come true.
    package init(_ text: String) throws(CronError) {
        guard text.utf8.count <= Self.textBytesMax else {
            throw CronError(field: "expression", text: text, allowed: "at most \(Self.textBytesMax) bytes")
        }
        let fields = try Self.fields(of: text)
        self.text = text
        minutes = try CronField.minute.parse(fields[0])
        hours = try CronField.hour.parse(fields[1])
        daysOfMonth = try CronField.dayOfMonth.parse(fields[2])
        months = try CronField.month.parse(fields[3])
        let week = try CronField.dayOfWeek.parse(fields[4])
        daysOfWeek = (week | week >> 7) & 0x7F
        matchesEitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        guard canOccur else {
            throw CronError(
                field: CronField.dayOfMonth.name,
                text: fields[2...3].joined(separator: " "),
                allowed: "days that at least one of the months has"
            )
        }
    }

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    private static func fields(of text: String) throws(CronError) -> [Substring] {
        func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\t" } }
        var fields = words(text)
        if fields.count == 1, fields[0].hasPrefix("@") {
            guard let meaning = nicknames[fields[0].lowercased()] else {
                let allowed = nicknames.keys.sorted().joined(separator: ", ")
                throw CronError(field: "expression", text: text, allowed: allowed)
            }
            fields = words(meaning)
        }
        guard fields.count == CronField.all.count else {
            let names = CronField.all.map(\.name).joined(separator: ", ")
            throw CronError(field: "expression", text: text, allowed: "five fields: \(names)")
        }
        return fields
    }

    /// Whether any date matches at all.
    ///
    /// Every date, the leap day too, falls on every weekday sooner or later, so only month and day of month matter.
    private var canOccur: Bool {
        if matchesEitherDay { return true }
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return zip(1..., lengths).contains { month, length in
            months.hasBit(month) && daysOfMonth.trailingZeroBitCount <= length
        }
    }

    package func matches(_ time: LocalMinute) -> Bool {
        let (hour, minute) = time.minuteOfDay.quotientAndRemainder(dividingBy: 60)
        let date = time.day.date
        return minutes.hasBit(minute) && hours.hasBit(hour) && months.hasBit(date.month)
            && matches(day: date.day, weekday: time.day.weekday)
    }

    private func matches(day: Int, weekday: Int) -> Bool {
        let (month, week) = (daysOfMonth.hasBit(day), daysOfWeek.hasBit(weekday))
        return matchesEitherDay ? month || week : month && week
    }

    /// The first matching minute after another; `nil` when there is none before the year 2263, where timestamps end.
    package func next(after time: LocalMinute) -> LocalMinute? {
        let start = LocalMinute(minutes: time.minutes + 1)
        guard let today = firstDay(from: start.day) else { return nil }
        if today == start.day {
            if let minute = firstMinute(from: start.minuteOfDay) { return LocalMinute(day: today, minuteOfDay: minute) }
        } else if let minute = firstMinute(from: 0) {
            return LocalMinute(day: today, minuteOfDay: minute)
        }
        guard let day = firstDay(from: today.advanced(by: 1)), let minute = firstMinute(from: 0) else { return nil }
        return LocalMinute(day: day, minuteOfDay: minute)
    }

    /// The first matching day from one on.
    private func firstDay(from first: LocalDay) -> LocalDay? {
        var day = first
        while true {
            let date = day.date
            guard date.year <= 2262 else { return nil }
            guard let month = months.firstBit(from: date.month) else {
                day = LocalDay(year: date.year + 1, month: months.trailingZeroBitCount, day: 1)
                continue
            }
            guard month == date.month else {
                day = LocalDay(year: date.year, month: month, day: 1)
                continue
            }
            if matches(day: date.day, weekday: day.weekday) { return day }
            day = day.advanced(by: 1)
        }
    }

    /// The first matching minute of a day from one on.
    private func firstMinute(from minuteOfDay: Int) -> Int? {
        let (hour, minute) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        if hours.hasBit(hour), let found = minutes.firstBit(from: minute) { return hour * 60 + found }
        return hours.firstBit(from: hour + 1).map { $0 * 60 + minutes.trailingZeroBitCount }
    }
}

extension CronExpression: CustomStringConvertible {
    package var description: String { text }
}

extension UInt64 {
    fileprivate func hasBit(_ position: Int) -> Bool { self >> UInt64(position) & 1 == 1 }

    /// The lowest set bit that is not below a position.
    fileprivate func firstBit(from position: Int) -> Int? {
        let rest = position < 64 ? self >> UInt64(position) : 0
        return rest == 0 ? nil : position + rest.trailingZeroBitCount
    }
}
