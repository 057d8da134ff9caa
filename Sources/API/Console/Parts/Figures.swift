import Bus

/// How times, durations and numbers are written on pages.
enum Figures {
    /// `03:04:05 UTC`, with the date in front when it is not the same day.
    static func clock(_ time: Timestamp, now: Timestamp) -> String {
        let (text, today) = (time.description, now.description.prefix(10))
        let clock = text.dropFirst(11).prefix(8)
        return text.hasPrefix(today) ? "\(clock) UTC" : "\(text.prefix(10)) \(clock) UTC"
    }

    /// `12 s ago`, or `in 3 min`.
    static func relative(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = time.duration(to: now).components.seconds
        if seconds < 0 { return "in \(span(seconds: -seconds))" }
        return seconds == 0 ? "now" : "\(span(seconds: seconds)) ago"
    }

    /// The largest unit that fits: `12 s`, `3 min`, `5 h`, `9 d`.
    static func span(seconds: Int64) -> String {
        switch seconds {
        case ..<100: "\(max(0, seconds)) s"
        case ..<6000: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// `0.4 ms`, `25 ms`.
    static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .microseconds(100)).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\((tenths + 5) / 10) ms"
    }

    /// A decimal number with its thousands apart: `64,250.12`.
    static func grouped(_ number: String) -> String {
        let sign = number.prefix { $0 == "-" || $0 == "+" }
        let whole = number.dropFirst(sign.count).prefix { $0 != "." }
        let rest = number.dropFirst(sign.count + whole.count)
        var groups: [Substring] = []
        var left = whole
        while left.count > 3 {
            groups.insert(left.suffix(3), at: 0)
            left = left.dropLast(3)
        }
        groups.insert(left, at: 0)
        return (sign == "-" ? "\u{2212}" : "") + groups.joined(separator: ",") + rest
    }

    /// `+1.24 %`, with the sign of what it is.
    static func percent(_ number: String) -> String {
        let isSigned = number.hasPrefix("-") || number.allSatisfy { "0.".contains($0) }
        return (isSigned ? "" : "+") + grouped(number) + " %"
    }
}
