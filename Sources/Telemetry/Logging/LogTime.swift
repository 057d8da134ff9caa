import Glibc

/// The moment of a log record on both clocks.
package struct LogTime: Hashable, Sendable {
    /// Nanoseconds since 1970 in UTC; jumps when the system's clock is set.
    package let wallNanoseconds: Int64
    /// Nanoseconds on the monotonic clock; for rates and intervals.
    package let monotonicNanoseconds: Int64

    package init(wallNanoseconds: Int64, monotonicNanoseconds: Int64) {
        self.wallNanoseconds = wallNanoseconds
        self.monotonicNanoseconds = monotonicNanoseconds
    }

    /// Reads both system clocks.
    package static func now() -> LogTime {
        LogTime(
            wallNanoseconds: nanoseconds(of: CLOCK_REALTIME),
            monotonicNanoseconds: nanoseconds(of: CLOCK_MONOTONIC)
        )
    }

    /// The wall time as `2026-11-19T07:05:09.123456Z`.
    package var text: String {
        let seconds = wallNanoseconds.dividedFloored(by: 1_000_000_000)
        let micros = (wallNanoseconds - seconds * 1_000_000_000) / 1000
        let days = seconds.dividedFloored(by: 86_400)
        let second = seconds - days * 86_400
        let date = CivilDate(daysSince1970: days)
        var text = ""
        text.reserveCapacity(27)
        text += date.year.padded(to: 4) + "-" + date.month.padded(to: 2) + "-" + date.day.padded(to: 2)
        text += "T" + (second / 3600).padded(to: 2) + ":" + (second / 60 % 60).padded(to: 2)
        text += ":" + (second % 60).padded(to: 2) + "." + micros.padded(to: 6) + "Z"
        return text
    }

    private static func nanoseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A day of the Gregorian calendar, counted without a calendar library.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    /// Years are counted from March, so that the leap day comes last and every month has a fixed start.
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468  // days since 0000-03-01
        let era = shifted.dividedFloored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension Int64 {
    fileprivate func dividedFloored(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }

    fileprivate func padded(to width: Int) -> String {
        let digits = String(self)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
}
