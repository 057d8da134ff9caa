/// Numbers as English words.
enum NumberWords {
    private static let small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let scales: [(value: UInt64, name: String)] = [
        (1_000_000_000_000_000, "quadrillion"), (1_000_000_000_000, "trillion"), (1_000_000_000, "billion"),
        (1_000_000, "million"), (1_000, "thousand"),
    ]

    /// `67250` is "sixty-seven thousand two hundred fifty".
    static func cardinal(_ value: UInt64) -> [String] {
        var words: [String] = []
        var rest = value
        for scale in scales where rest >= scale.value {
            words += cardinal(rest / scale.value) + [scale.name]
            rest %= scale.value
        }
        if rest >= 100 {
            words += [small[Int(rest / 100)], "hundred"]
            rest %= 100
        }
        if rest > 0 || words.isEmpty { words.append(belowHundred(Int(rest))) }
        return words
    }

    private static func belowHundred(_ value: Int) -> String {
        if value < 20 { return small[value] }
        let unit = value % 10
        return tens[value / 10] + (unit == 0 ? "" : "-" + small[unit])
    }

    /// `26` is "twenty-sixth".
    static func ordinal(_ value: UInt64) -> [String] {
        var words = cardinal(value)
        guard let last = words.popLast() else { return [] }
        var parts = last.split(separator: "-").map(String.init)
        let unit = parts.popLast() ?? last
        return words + [(parts + [ordinal(of: unit)]).joined(separator: "-")]
    }

    private static func ordinal(of word: String) -> String {
        switch word {
        case "one": "first"
        case "two": "second"
        case "three": "third"
        case "five": "fifth"
        case "eight": "eighth"
        case "nine": "ninth"
        case "twelve": "twelfth"
        default: word.hasSuffix("y") ? word.dropLast() + "ieth" : word + "th"
        }
    }

    /// Digits one by one.
    static func digits(_ text: some StringProtocol) -> [String] {
        text.compactMap { $0.wholeNumberValue.map { small[$0] } }
    }

    /// More zeros than this behind the point are counted instead of said.
    private static let zerosSaidMax = 4

    /// The digits behind a point: `000123` is "zero zero zero one two three", `0000012` is "five zeros one two".
    static func decimals(_ text: some StringProtocol) -> [String] {
        let zeros = text.prefix { $0 == "0" }.count
        guard zeros > zerosSaidMax, zeros < text.count else { return digits(text) }
        return cardinal(UInt64(zeros)) + ["zeros"] + digits(text.dropFirst(zeros))
    }

    /// `2026` is "twenty twenty-six", `2008` "two thousand eight", `1900` "nineteen hundred".
    static func year(_ value: UInt64) -> [String] {
        let (century, rest) = (value / 100, value % 100)
        if (2000...2009).contains(value) { return cardinal(value) }
        if rest == 0 { return value % 1000 == 0 ? cardinal(value) : [belowHundred(Int(century)), "hundred"] }
        return [belowHundred(Int(century))] + (rest < 10 ? ["oh", small[Int(rest)]] : [belowHundred(Int(rest))])
    }

    /// A time of the day: `22:14` is "twenty-two fourteen", `09:05` "nine oh five", `22:00` "twenty-two hundred".
    static func time(hour: Int, minute: Int, isTwelveHour: Bool) -> [String] {
        let hourWord = belowHundred(hour)
        switch minute {
        case 0 where isTwelveHour: return [hourWord]
        case 0: return hour == 0 ? ["midnight"] : [hourWord, "hundred"]
        case 1..<10: return [hourWord, "oh", small[minute]]
        default: return [hourWord, belowHundred(minute)]
        }
    }
}
