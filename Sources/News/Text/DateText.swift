import Bus
import HTTPClient

/// Reads times as feeds write them: RFC 3339 and RFC 822, and what passes for these.
///
/// What has no zone is in UTC.
enum DateText {
    /// No time is longer.
    private static let bytesMax = 100

    /// - Parameter text: such as `2026-11-05T07:08:09+01:00` or `Thu, 5 Nov 26 07:08 EST`.
    /// - Returns: `nil` when nobody can read it.
    static func time(_ text: String) -> Timestamp? {
        let text = text.trimmingSpaces
        guard !text.isEmpty, text.utf8.count <= bytesMax, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        return Timestamp(text) ?? iso(text) ?? mail(text)
    }

    // MARK: RFC 3339

    /// Forms that are nearly RFC 3339: a day alone, no seconds, no zone, a zone without a colon, many decimals.
    private static func iso(_ text: Substring) -> Timestamp? {
        let day = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard day.count == 3, day[0].utf8.count == 4, let year = number(day[0]), let month = number(day[1]),
            let date = number(day[2])
        else { return nil }
        var moment = Moment(year: year, month: month, day: date)
        let rest = text.dropFirst(10)
        guard let separator = rest.first else { return moment.time }
        guard separator == "T" || separator == "t" || separator == " " else { return nil }
        guard moment.read(clockWithZone: rest.dropFirst()) else { return nil }
        return moment.time
    }

    // MARK: RFC 822

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// The words of a time in any order, as far as they say what they are.
    private static func mail(_ text: Substring) -> Timestamp? {
        var moment = Moment()
        for word in withoutComments(text).split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }) {
            let parts = word.split(separator: "-", omittingEmptySubsequences: false)
            // Such as 05-Nov-2026.
            let isDate = parts.count == 3 && parts[1].utf8.first?.isASCIILetter == true
            for part in isDate ? parts : [word] {
                guard take(part, into: &moment) else { return nil }
            }
        }
        return moment.time
    }

    private static func withoutComments(_ text: Substring) -> Substring {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else {
            return text
        }
        return "\(text[..<open]) \(text[text.index(after: close)...])"
    }

    /// - Returns: whether it is known what the word is.
    private static func take(_ word: Substring, into moment: inout Moment) -> Bool {
        guard let first = word.utf8.first else { return false }
        if first.isASCIIDigit {
            return word.utf8.contains(UInt8(ascii: ":")) ? moment.read(clockWithZone: word) : moment.take(number: word)
        }
        if first.isASCIILetter {
            let name = word.lowercased().prefix { $0 != "." }
            if name.utf8.count >= 3 {
                if weekdays.contains(where: { $0.hasPrefix(name) }) { return true }
                if let month = months.firstIndex(where: { $0.hasPrefix(name) }) { return moment.take(month: month + 1) }
            }
            if name == "am" || name == "pm" { return moment.take(isAfternoon: name == "pm") }
        }
        return moment.take(zone: word)
    }

    /// Digits only: `Int` would take a sign too.
    fileprivate static func number(_ text: Substring) -> Int? {
        text.utf8.count <= 9 && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
    }

    // MARK: What a time is made of

    private struct Moment {
        var year: Int?
        var month: Int?
        var day: Int?
        private var clock: (hour: Int, minute: Int, second: Int, fraction: Substring)?
        private var zoneMinutes: Int?
        private var isAfternoon: Bool?

        init(year: Int? = nil, month: Int? = nil, day: Int? = nil) {
            self.year = year
            self.month = month
            self.day = day
        }

        /// A day of the month comes before a year, unless it has four digits.
        mutating func take(number text: Substring) -> Bool {
            guard let value = DateText.number(text) else { return false }
            switch text.utf8.count {
            case 1 where day == nil, 2 where day == nil: day = value
            case 2 where year == nil: year = value < 50 ? 2000 + value : 1900 + value
            case 3 where year == nil: year = 1900 + value  // as RFC 2822 says
            case 4 where year == nil: year = value
            default: return false
            }
            return true
        }

        mutating func take(month value: Int) -> Bool {
            defer { month = value }
            return month == nil
        }

        mutating func take(isAfternoon value: Bool) -> Bool {
            defer { isAfternoon = value }
            return isAfternoon == nil && clock != nil
        }

        /// `GMT +0100` has two of them; the one with the sign counts.
        mutating func take(zone text: Substring) -> Bool {
            guard let minutes = Zone.minutes(text), zoneMinutes == nil || zoneMinutes == 0 || minutes == 0 else {
                return false
            }
            zoneMinutes = minutes == 0 ? zoneMinutes ?? 0 : minutes
            return true
        }

        /// Such as `7:08`, `07:08:09.25` or `07:08:09Z`.
        mutating func read(clockWithZone text: Substring) -> Bool {
            let time = text.prefix { $0.isNumber || $0 == ":" || $0 == "." || $0 == "," }
            let zone = text[time.endIndex...].drop { $0 == " " }
            let parts = time.split(separator: ":", omittingEmptySubsequences: false)
            guard clock == nil, (2...3).contains(parts.count), let hour = two(parts[0]), let minute = two(parts[1])
            else { return false }
            let seconds = parts.count == 3 ? parts[2] : "0"
            let whole = seconds.prefix { $0.isNumber }
            let fraction = seconds[whole.endIndex...].dropFirst()
            guard let second = two(whole), fraction.utf8.allSatisfy(\.isASCIIDigit) else { return false }
            clock = (hour, minute, second, fraction.prefix(9))
            return zone.isEmpty || take(zone: zone)
        }

        private func two(_ text: Substring) -> Int? { text.utf8.count <= 2 ? DateText.number(text) : nil }

        /// `nil` when something is missing, or the calendar or the clock has no such thing.
        var time: Timestamp? {
            guard let year, let month, let day, (1...12).contains(month), (1...31).contains(day) else { return nil }
            let clock = clock ?? (hour: 0, minute: 0, second: 0, fraction: "")
            var hour = clock.hour
            if let isAfternoon {
                guard (1...12).contains(hour) else { return nil }
                hour = hour % 12 + (isAfternoon ? 12 : 0)
            }
            // A leap second is the end of the one before it.
            let second = clock.second == 60 ? 59 : clock.second
            let minutes = zoneMinutes ?? 0
            let (sign, size) = (minutes < 0 ? "-" : "+", abs(minutes))
            let years = String(repeating: "0", count: max(0, 4 - "\(year)".utf8.count)) + "\(year)"
            let decimals = clock.fraction.isEmpty ? "" : ".\(clock.fraction)"
            return Timestamp(
                "\(years)-\(pad(month))-\(pad(day))T\(pad(hour)):\(pad(clock.minute)):\(pad(second))\(decimals)"
                    + "\(sign)\(pad(size / 60)):\(pad(size % 60))"
            )
        }

        private func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    }

    // MARK: Zones

    private enum Zone {
        /// Those of RFC 822, and others that mean one thing only; in minutes east of Greenwich.
        private static let named: [String: Int] = [
            "UT": 0, "GMT": 0, "UTC": 0, "Z": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420,
            "MDT": -360, "PST": -480, "PDT": -420, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "EET": 120,
            "EEST": 180, "MSK": 180, "SGT": 480, "HKT": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660,
        ]

        /// - Returns: `nil` for a zone that is not known.
        static func minutes(_ text: Substring) -> Int? {
            let name = text.uppercased()
            if let known = named[name] { return known }
            for prefix in ["GMT", "UTC", "UT", "Z"] where name.hasPrefix(prefix) {
                return offset(name.dropFirst(prefix.count))
            }
            return offset(name[...])
        }

        /// `+01:00`, `+0100`, `+01` or `+1`.
        private static func offset(_ text: Substring) -> Int? {
            guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
            let digits = text.dropFirst()
            let hours: Int?
            let minutes: Int?
            if let colon = digits.firstIndex(of: ":") {
                hours = DateText.number(digits[..<colon])
                minutes = DateText.number(digits[digits.index(after: colon)...])
            } else if digits.utf8.count > 2 {
                hours = DateText.number(digits.dropLast(2))
                minutes = DateText.number(digits.suffix(2))
            } else {
                hours = DateText.number(digits)
                minutes = 0
            }
            guard let hours, let minutes, !digits.isEmpty, hours <= 15, minutes < 60 else { return nil }
            return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
        }
    }
}
