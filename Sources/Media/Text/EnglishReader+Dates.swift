extension EnglishReader {
    // MARK: Dates

    /// Days: `2026-11-26`, `Nov. 26, 2026`, `26 November`.
    func dateReading() -> Reading? {
        let core = written[position].core
        if let words = Self.isoDate(core) { return Reading(words: words) }
        if let month = month(at: position) { return monthFirst(month) }
        return dayFirst()
    }

    private static func isoDate(_ core: String) -> [String]? {
        let parts = core.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard (2...3).contains(date.count), date[0].count == 4, date.dropFirst().allSatisfy({ $0.count == 2 }),
            date.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }), let year = UInt64(date[0]), let number = Int(date[1]),
            let month = months[monthKeys[safe: number - 1] ?? ""]
        else { return nil }
        var words = [month]
        if date.count == 3 {
            guard let day = UInt64(date[2]), (1...31).contains(day) else { return nil }
            words += NumberWords.ordinal(day)
        }
        words += NumberWords.year(year)
        guard parts.count == 2 else { return words }
        guard let time = timeWithZone(parts[1]) else { return nil }
        return words + ["at"] + time
    }

    private static func timeWithZone(_ text: Substring) -> [String]? {
        let isUTC = text.hasSuffix("Z")
        guard let time = clock(isUTC ? text.dropLast() : text, isTwelveHour: false) else { return nil }
        return time + (isUTC ? ["U", "T", "C"] : [])
    }

    private func monthFirst(_ month: String) -> Reading? {
        guard let next = written[safe: position + 1],
            written[position].trailing.isEmpty || written[position].trailing == ".",
            next.leading.isEmpty, let day = Self.day(next.core)
        else { return nil }
        var words = [month] + NumberWords.ordinal(day)
        guard next.trailing.isEmpty || next.trailing == ",", let third = written[safe: position + 2],
            third.leading.isEmpty,
            third.core.count == 4, let year = UInt64(third.core), (1000...2999).contains(year)
        else { return Reading(words: words, count: 2) }
        words += NumberWords.year(year)
        return Reading(words: words, count: 3)
    }

    private func dayFirst() -> Reading? {
        guard let day = Self.day(written[position].core), written[position].trailing.isEmpty,
            position + 1 < written.count,
            let month = month(at: position + 1)
        else { return nil }
        // "5 May deals" may be five deals; "5 may be" is no date.
        let words = (previous == "the" ? [] : ["the"]) + NumberWords.ordinal(day) + ["of", month]
        guard written[position + 1].mark == nil || written[position + 1].trailing == ".",
            let third = written[safe: position + 2], third.leading.isEmpty, third.core.count == 4,
            let year = UInt64(third.core), (1900...2099).contains(year)
        else { return Reading(words: words, count: 2) }
        return Reading(words: words + NumberWords.year(year), count: 3)
    }

    private func month(at place: Int) -> String? {
        guard let word = written[safe: place], word.leading.isEmpty else { return nil }
        return Self.months[word.core]
    }

    private static func day(_ core: String) -> UInt64? {
        var digits = Substring(core)
        for ending in ["st", "nd", "rd", "th"] where digits.hasSuffix(ending) { digits = digits.dropLast(2) }
        guard (1...2).contains(digits.count), digits.allSatisfy(\.isASCIIDigit), let day = UInt64(digits),
            (1...31).contains(day)
        else { return nil }
        return day
    }

    // MARK: Times

    /// Times of the day: `22:14`, `9:30 am`, `07:05:30`.
    func timeReading() -> Reading? {
        let core = written[position].core
        for (ending, letters) in [("am", ["A", "M"]), ("pm", ["P", "M"])] where core.lowercased().hasSuffix(ending) {
            if let words = Self.clock(core.dropLast(2), isTwelveHour: true) { return Reading(words: words + letters) }
        }
        let next = self.core(1)?.lowercased()
        let half = next.flatMap { Self.halves[$0] }
        guard let words = Self.clock(core[...], isTwelveHour: half != nil) else { return nil }
        guard let half else { return Reading(words: words) }
        // The point of "a.m." ends the sentence only at its end.
        let isLast = position + 2 == written.count
        return Reading(
            words: words + half,
            count: 2,
            marking: isLast ? .asWritten : Self.marking(written[position + 1].trailing[...])
        )
    }

    private static func clock(_ text: Substring, isTwelveHour: Bool) -> [String]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), (1...2).contains(parts[0].count),
            parts.dropFirst().allSatisfy({ $0.count == 2 }), parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        let words = NumberWords.time(hour: hour, minute: minute, isTwelveHour: isTwelveHour)
        guard let second = parts[safe: 2].flatMap({ UInt64($0) }) else { return words }
        guard second < 60 else { return nil }
        return words + ["and"] + NumberWords.cardinal(second) + [second == 1 ? "second" : "seconds"]
    }

    private static let halves = [
        "am": ["A", "M"], "a.m": ["A", "M"], "pm": ["P", "M"], "p.m": ["P", "M"],
    ]
    private static let monthKeys = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// Months by their names and by what is short for them.
    static let months: [String: String] = {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        var months = ["Sept": "September"]
        for name in names {
            months[name] = name
            months[String(name.prefix(3))] = name
        }
        return months
    }()
}
