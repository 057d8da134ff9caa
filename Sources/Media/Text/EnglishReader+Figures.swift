extension EnglishReader {
    /// Numbers with all that belongs to them: signs, currencies, magnitudes, units, and the words behind.
    func figureReading() -> Reading? {
        let core = written[position].core
        guard core.contains(where: \.isASCIIDigit) else { return nil }
        if let decade = shortDecade() { return Reading(words: decade) }
        if let range = rangeReading(core) { return range }
        if core.last == "+", let number = WrittenNumber(core.dropLast()) {
            return Reading(words: words(of: number) + ["plus"])
        }
        if let fraction = Self.fraction(core) { return Reading(words: fraction) }
        if core.first == "#", let number = WrittenNumber(core.dropFirst()) {
            return Reading(words: ["number"] + number.words)
        }
        guard let number = WrittenNumber(core) ?? Self.decimalComma(core) else { return nil }
        return reading(of: number)
    }

    /// "3,5": a comma before one or two digits parts no thousands.
    private static func decimalComma(_ core: String) -> WrittenNumber? {
        let parts = core.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[1].prefix(while: \.isASCIIDigit).count) else { return nil }
        return WrittenNumber(parts.joined(separator: "."))
    }

    /// "'90s".
    private func shortDecade() -> [String]? {
        let word = written[position]
        guard word.leading.last.map({ "'’‘".contains($0) }) ?? false, word.core.count == 3, word.core.hasSuffix("0s"),
            let value = UInt64(word.core.dropLast()), let name = NumberWords.cardinal(value).last, name.hasSuffix("y")
        else { return nil }
        return [name.dropLast() + "ies"]
    }

    private func reading(of number: WrittenNumber) -> Reading {
        let next = self.core(1)
        // "5 %" is one figure, with a space.
        if number.suffix.isEmpty, number.currency == nil, let next, Self.signs.contains(next) {
            var whole = number
            whole.suffix = next
            return Reading(words: words(of: whole), count: 2)
        }
        let magnitude =
            number.suffix.isEmpty
            ? next.flatMap { Self.magnitudeWords.contains($0.lowercased()) ? $0.lowercased() : nil } : nil
        if number.currency != nil, let magnitude {
            return Reading(words: words(of: number, magnitude: magnitude), count: 2)
        }
        if number.currency == nil, let money = money(behind: number, next: next, magnitude: magnitude) {
            return money
        }
        if let year = yearWords(number) { return Reading(words: year) }
        return Reading(words: words(of: number))
    }

    /// "67,250.50 dollars": the name of the money decides how the figure is read.
    private func money(behind number: WrittenNumber, next: String?, magnitude: String?) -> Reading? {
        let ahead = magnitude == nil ? 1 : 2
        guard let next = magnitude == nil ? next : core(2), let money = Money.byWord[next] else { return nil }
        let scale = magnitude ?? Self.magnitudes[number.suffix]
        guard number.suffix.isEmpty || scale != nil else { return nil }
        return Reading(words: sign(number) + money.words(number, magnitude: scale), count: ahead + 1)
    }

    /// A number with its sign and suffix as words.
    func words(of number: WrittenNumber, magnitude: String? = nil) -> [String] {
        if let currency = number.currency, let money = Money.bySign[currency] {
            let scale = magnitude ?? Self.magnitudes[number.suffix] ?? (number.suffix == "m" ? "million" : nil)
            let rest = scale == nil && !number.suffix.isEmpty ? words(of: number.suffix) : []
            return sign(number) + money.words(number, magnitude: scale) + rest
        }
        let (sign, words) = (sign(number), number.words)
        switch number.suffix {
        case "": return sign + words
        case "%": return sign + words + ["percent"]
        case "‰": return sign + words + ["per", "mille"]
        case "°": return sign + words + [number.isOne ? "degree" : "degrees"]
        case "st", "nd", "rd", "th":
            guard number.decimals == nil, let value = number.wholeValue else { return sign + words + [number.suffix] }
            return sign + NumberWords.ordinal(value)
        case "am", "pm", "AM", "PM": return sign + words + number.suffix.uppercased().map { String($0) }
        case "s" where number.whole.count == 4 && number.decimals == nil && number.whole.hasSuffix("0"):
            return sign + Self.decade(number)
        case "m" where number.decimals != nil: return sign + words + ["million"]
        default:
            if let scale = Self.magnitudes[number.suffix] { return sign + words + [scale] }
            if let unit = Self.units[number.suffix] {
                return sign + words + (number.isOne ? unit.one : unit.many).split(separator: " ").map(String.init)
            }
            return sign + words + self.words(of: number.suffix)
        }
    }

    private static func decade(_ number: WrittenNumber) -> [String] {
        guard let value = number.wholeValue, let last = NumberWords.year(value).last else { return number.words }
        let many = last.hasSuffix("y") ? last.dropLast() + "ies" : last + "s"
        return NumberWords.year(value).dropLast() + [many]
    }

    /// A sign: before a percentage it says which way something went.
    private func sign(_ number: WrittenNumber) -> [String] {
        let isChange = number.suffix == "%" && !number.isZero
        switch number.sign {
        case nil: return []
        case .plus: return isChange ? (Self.rising.contains(previous) ? [] : ["up"]) : ["plus"]
        case .minus: return isChange ? (Self.falling.contains(previous) ? [] : ["down"]) : ["minus"]
        case .plusOrMinus: return ["plus", "or", "minus"]
        case .about: return ["about"]
        case .above: return ["more", "than"]
        case .below: return ["less", "than"]
        }
    }

    // MARK: Ranges, fractions, years

    /// "5-10%", "$1.2-1.5B", "2024-2026".
    private func rangeReading(_ core: String) -> Reading? {
        for (index, character) in zip(core.indices, core) where "-–".contains(character) && index > core.startIndex {
            guard let low = WrittenNumber(core[..<index]), var high = WrittenNumber(core[core.index(after: index)...]),
                high.sign == nil, low.suffix.isEmpty || low.suffix == high.suffix
            else { continue }
            if low.currency == nil, high.currency == nil, high.suffix.isEmpty, let first = Self.year(low),
                let second = Self.year(high)
            {
                return Reading(words: NumberWords.year(first) + ["to"] + NumberWords.year(second))
            }
            // The number of a telephone, or of a part.
            if high.hasLeadingZeros {
                return Reading(words: NumberWords.digits(low.whole) + NumberWords.digits(high.whole))
            }
            if high.currency == nil { high.currency = low.currency }
            let next = self.core(1)
            let isPercent = high.suffix.isEmpty && high.currency == nil && next.map(Self.signs.contains) ?? false
            if isPercent, let next { high.suffix = next }
            return Reading(words: sign(low) + low.words + ["to"] + words(of: high), count: isPercent ? 2 : 1)
        }
        return nil
    }

    private static func fraction(_ core: String) -> [String]? {
        switch core {
        case "1/2", "½": ["one", "half"]
        case "1/3", "⅓": ["one", "third"]
        case "2/3", "⅔": ["two", "thirds"]
        case "1/4", "¼": ["one", "quarter"]
        case "3/4", "¾": ["three", "quarters"]
        case "24/7": ["twenty-four", "seven"]
        default: nil
        }
    }

    private static func year(_ number: WrittenNumber) -> UInt64? {
        guard number.whole.count == 4, number.decimals == nil, number.suffix.isEmpty, number.sign == nil,
            let value = number.wholeValue, (1900...2099).contains(value)
        else { return nil }
        return value
    }

    /// Four digits are a year where the word before says so.
    private func yearWords(_ number: WrittenNumber) -> [String]? {
        guard number.currency == nil, !written[position].core.contains(","), let value = Self.year(number) else {
            return nil
        }
        let isYear = Self.beforeYears.contains(previous) || Self.months.values.contains { $0.lowercased() == previous }
        return isYear ? NumberWords.year(value) : nil
    }

    // MARK: What is known

    private static let signs: Set<String> = ["%", "‰"]
    private static let magnitudeWords: Set<String> = ["thousand", "million", "billion", "trillion", "hundred"]
    static let magnitudes = [
        "K": "thousand", "k": "thousand", "M": "million", "mn": "million", "mln": "million", "B": "billion",
        "bn": "billion",
        "b": "billion", "T": "trillion", "tn": "trillion", "trn": "trillion",
    ]
    private static let units: [String: (one: String, many: String)] = [
        "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "d": ("day", "days"),
        "w": ("week", "weeks"), "y": ("year", "years"), "yr": ("year", "years"),
        "m": ("minute", "minutes"), "min": ("minute", "minutes"), "mins": ("minute", "minutes"),
        "s": ("second", "seconds"), "sec": ("second", "seconds"), "ms": ("millisecond", "milliseconds"),
        "x": ("time", "times"), "bp": ("basis point", "basis points"), "bps": ("basis point", "basis points"),
        "kg": ("kilogram", "kilograms"), "km": ("kilometer", "kilometers"), "oz": ("ounce", "ounces"),
        "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "kW": ("kilowatt", "kilowatts"),
        "MW": ("megawatt", "megawatts"), "GW": ("gigawatt", "gigawatts"), "MB": ("megabyte", "megabytes"),
        "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
    ]
    private static let rising: Set<String> = [
        "up", "rose", "rises", "rising", "gained", "gains", "gaining", "climbed", "climbs", "added", "adds", "jumped",
        "jumps", "surged", "surges", "rallied", "rallies", "advanced", "advances",
    ]
    private static let falling: Set<String> = [
        "down", "fell", "falls", "falling", "lost", "loses", "losing", "dropped", "drops", "slid", "slides", "declined",
        "declines", "shed", "sheds", "sank", "sinks", "slipped", "slips",
    ]
    private static let beforeYears: Set<String> = [
        "in", "since", "of", "by", "until", "till", "from", "during", "year", "before", "after", "late", "early", "mid",
        "for", "through", "to",
    ]
}
