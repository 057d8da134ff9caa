/// Numbers as people read them.
enum Figures {
    /// `0.4 s`, `12 s`, `3m 05s`, `7h 12m`, `4d 3h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "-" }
        if seconds < 10 { return "\(fixed(seconds, digits: 1)) s" }
        let whole = Int(min(seconds, 1e12))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60)m \(padded(whole % 60))s"
        case ..<86_400: return "\(whole / 3600)h \(padded(whole / 60 % 60))m"
        default: return "\(whole / 86_400)d \(whole / 3600 % 24)h"
        }
    }

    /// `512 B`, `41.2 MiB`.
    static func bytes(_ count: UInt64) -> String {
        if count < 1024 { return "\(count) B" }
        var value = Double(count)
        for unit in ["KiB", "MiB", "GiB"] {
            value /= 1024
            if value < 1024 { return "\(fixed(value, digits: 1)) \(unit)" }
        }
        return "\(fixed(value / 1024, digits: 1)) TiB"
    }

    /// Whole numbers in groups of three: `1 234 567`.
    static func count(_ number: UInt64) -> String {
        var result = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { result.append(" ") }
            result.append(digit)
        }
        return String(result.reversed())
    }

    /// A rate per second: no digits behind the point from ten on.
    static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite, perSecond >= 0 else { return "-" }
        return perSecond >= 10 ? count(UInt64(min(perSecond.rounded(), 1e18))) : fixed(perSecond, digits: 1)
    }

    static func fixed(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
