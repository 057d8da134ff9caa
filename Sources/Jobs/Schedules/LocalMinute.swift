package import Bus

/// A minute on the wall clock of some place: a date and a time of day without a time zone.
package struct LocalMinute: Hashable, Comparable, Sendable {
    /// Minutes since 1970-01-01 00:00 on that wall clock.
    package let minutes: Int64

    package init(minutes: Int64) { self.minutes = minutes }

    /// The minute that a clock this many seconds ahead of UTC shows at a moment.
    package init(_ time: Timestamp, offsetSeconds: Int) {
        let seconds = time.nanoseconds.quotientRoundedDown(by: 1_000_000_000) + Int64(offsetSeconds)
        minutes = seconds.quotientRoundedDown(by: 60)
    }

    package init(day: LocalDay, minuteOfDay: Int) {
        minutes = day.number * LocalDay.minutes + Int64(minuteOfDay)
    }

    package var day: LocalDay { LocalDay(number: minutes.quotientRoundedDown(by: LocalDay.minutes)) }
    package var minuteOfDay: Int { Int(minutes - day.number * LocalDay.minutes) }

    package static func < (left: LocalMinute, right: LocalMinute) -> Bool { left.minutes < right.minutes }
}

extension LocalMinute: CustomStringConvertible {
    /// Such as `2026-03-29 02:30`.
    package var description: String {
        let date = day.date
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + " \(padded(minuteOfDay / 60, 2)):\(padded(minuteOfDay % 60, 2))"
    }
}

/// A day of the Gregorian calendar, counted from 1970-01-01.
package struct LocalDay: Hashable, Sendable {
    static let minutes: Int64 = 1440

    package let number: Int64

    package init(number: Int64) { self.number = number }

    /// The day of a date; days beyond the end of a month run on into the next.
    package init(year: Int, month: Int, day: Int) {
        // Years are counted from March, so that the leap day comes last.
        let marchYear = Int64(month <= 2 ? year - 1 : year)
        let era = marchYear.quotientRoundedDown(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Year, month from 1 and day from 1.
    package var date: (year: Int, month: Int, day: Int) {
        let days = number + 719_468
        let era = days.quotientRoundedDown(by: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = Int(fromMarch < 10 ? fromMarch + 3 : fromMarch - 9)
        let year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        return (year, month, Int(dayOfYear - (153 * fromMarch + 2) / 5) + 1)
    }

    /// 0 for Sunday to 6 for Saturday; 1970 began on a Thursday.
    package var weekday: Int {
        let shifted = number + 4
        return Int(shifted - shifted.quotientRoundedDown(by: 7) * 7)
    }

    package func advanced(by days: Int64) -> LocalDay { LocalDay(number: number + days) }
}

extension Int64 {
    /// - Precondition: the divisor is positive.
    func quotientRoundedDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
