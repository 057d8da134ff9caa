extension EnglishReader {
    /// What is short for something and ends in a point, and letters with points: "vs.", "U.S.".
    func abbreviationReading() -> Reading? {
        let word = written[position]
        guard word.trailing.hasPrefix(".") || word.core.contains(".") else { return nil }
        let rest = word.trailing.dropFirst()
        let isLast = position == written.count - 1
        if word.trailing.hasPrefix("."), let words = pronunciations.spelling(of: word.core + ".", for: engine) {
            // "No." is an answer, unless a number follows.
            if word.core.lowercased() == "no" {
                guard written[safe: position + 1]?.core.first?.isNumber ?? false else { return nil }
            }
            return Reading(words: words, marking: isLast ? .asWritten : Self.marking(rest))
        }
        guard let letters = Self.initials(word.core) else { return nil }
        return Reading(words: letters, marking: isLast ? .asWritten : Self.marking(rest))
    }

    /// "U.S", with or without its last point.
    private static func initials(_ core: String) -> [String]? {
        let letters = core.split(separator: ".")
        guard letters.count >= 2, letters.allSatisfy({ $0.count == 1 && $0.first?.isLetter ?? false }) else {
            return nil
        }
        return letters.map { $0.uppercased() }
    }

    /// "BTCUSDT": two tickers in one word, of which the second is money.
    private func pair(_ core: String) -> [String]? {
        guard core.count > Self.spelledMax, core.allSatisfy({ $0.isUppercase || $0.isASCIIDigit }) else { return nil }
        for money in ["USDT", "USDC", "USD", "EUR", "BTC", "ETH"] where core.hasSuffix(money) {
            let base = String(core.dropLast(money.count))
            guard let words = pronunciations.spelling(of: base, for: engine) else { continue }
            return words + self.words(of: money)
        }
        return nil
    }

    /// The pause behind the point of what is short for something.
    static func marking(_ trailing: Substring) -> Reading.Marking {
        trailing.contains { ",;:)?!".contains($0) } ? .pause : .none
    }

    /// The words for one written word that is no figure.
    ///
    /// - Returns: nothing for what is not said, such as a picture.
    func words(of core: String) -> [String] {
        if let known = pronunciations.spelling(of: core, for: engine) { return known.flatMap(Self.parted) }
        if let symbol = Self.symbols[core] { return [symbol] }
        if core.count > Self.addressMin, Self.isAddress(core) {
            return ["address", "ending", "in"] + core.suffix(4).flatMap { Self.letterOrDigit($0) }
        }
        if let scheme = core.firstRange(of: "://") { return words(ofLink: core[scheme.upperBound...]) }
        if let initials = Self.initials(core) { return initials }
        if let possessive = possessive(core) { return possessive }
        if let pair = pair(core) { return pair }
        switch core.first {
        case "$", "#":
            return (core.first == "#" ? ["hashtag"] : []) + (core.count > 1 ? words(of: String(core.dropFirst())) : [])
        case "@": return ["at"] + (core.count > 1 ? words(of: String(core.dropFirst())) : [])
        default: break
        }
        if core.allSatisfy(\.isLetter) { return word(core) }
        if let parts = parted(core) { return parts }
        return runs(of: core)
    }

    /// Letters alone: a word, or capitals that are spelled.
    private func word(_ core: String) -> [String] {
        guard core.count > 1, core.allSatisfy(\.isUppercase) else { return [core] }
        if isShouted || core.count > Self.spelledMax { return [core.lowercased()] }
        return core.map { String($0) }
    }

    /// "BTC's", "ETFs".
    private func possessive(_ core: String) -> [String]? {
        for ending in ["'s", "’s"] where core.hasSuffix(ending) && core.count > 2 {
            let stem = String(core.dropLast(2))
            var words = self.words(of: stem)
            guard words != [stem], let last = words.popLast() else { return [stem + "'s"] }
            return words + [last + "'s"]
        }
        guard core.hasSuffix("s"), core.count > 2, core.dropLast().allSatisfy({ $0.isUppercase }) else { return nil }
        var words = self.words(of: String(core.dropLast()))
        guard let last = words.popLast() else { return nil }
        // With an apostrophe, so that nobody takes the letter and its ending for a word.
        return words + [last + "'s"]
    }

    /// "BTC/USD", "24-hour", "example.com": parts with something between them.
    private func parted(_ core: String) -> [String]? {
        let isPlainHyphen = core.contains("-") && core.allSatisfy { $0.isLetter || $0 == "-" || $0 == "'" || $0 == "’" }
        if isPlainHyphen {
            let parts = core.split(separator: "-").map(String.init)
            let isKnown = parts.contains {
                pronunciations.spelling(of: $0, for: engine) != nil || ($0.count > 1 && $0.allSatisfy(\.isUppercase))
            }
            return isKnown ? parts.flatMap { words(of: $0) } : [core]
        }
        for (separator, said) in [("/", "slash"), ("-", nil), ("–", nil), ("&", "and"), ("+", "plus"), ("=", "equals")]
            as [(Character, String?)]
        {
            let parts = core.split(separator: separator)
            guard parts.count > 1 else { continue }
            let isPair =
                separator == "/"
                && parts.allSatisfy {
                    $0.allSatisfy { $0.isUppercase || $0.isNumber } && $0.contains(where: \.isLetter)
                }
            var words: [String] = []
            for (index, part) in parts.enumerated() {
                if index > 0, let said, !isPair { words.append(said) }
                if index > 0, let year = Self.year(String(part), after: String(parts[index - 1])) {
                    words += year
                } else {
                    words += figureOrWords(String(part))
                }
            }
            return words
        }
        let labels = core.split(separator: ".")
        if labels.count > 1, labels.allSatisfy({ $0.contains(where: \.isLetter) }) {
            return Array(labels.map { words(of: String($0)) }.joined(separator: ["dot"]))
        }
        return nil
    }

    /// "mid-2025".
    private static func year(_ part: String, after word: String) -> [String]? {
        guard ["mid", "early", "late", "pre", "post"].contains(word.lowercased()), part.count == 4,
            let value = UInt64(part), (1900...2099).contains(value)
        else { return nil }
        return NumberWords.year(value)
    }

    private func figureOrWords(_ part: String) -> [String] {
        if let number = WrittenNumber(part) { return words(of: number) }
        return words(of: part)
    }

    private func words(ofLink link: Substring) -> [String] {
        let host = link.prefix { !"/?#:".contains($0) }
        let labels = host.split(separator: ".").drop { $0 == "www" }
        return Array(labels.map { words(of: String($0)) }.joined(separator: ["dot"]))
    }

    /// "Q3", "GPT4o", "v2.0": letters and digits take turns.
    private func runs(of core: String) -> [String] {
        var words: [String] = []
        var rest = core[...]
        while let first = rest.first {
            if first.isASCIIDigit {
                let digits = rest.prefix { $0.isASCIIDigit || $0 == "." }
                let parts = digits.split(separator: ".")
                for (index, part) in parts.enumerated() {
                    if index > 0 { words.append("point") }
                    let isNumber = part.count <= 4 && (index == 0 && part.first != "0" || part.count == 1)
                    words += isNumber ? UInt64(part).map(NumberWords.cardinal) ?? [] : NumberWords.digits(part)
                }
                rest = rest[digits.endIndex...]
            } else if first.isLetter {
                let letters = rest.prefix { $0.isLetter || $0 == "'" || $0 == "’" }
                let part = String(letters)
                rest = rest[letters.endIndex...]
                // "L2s": more than one of them.
                if part == "s", rest.isEmpty, let last = words.popLast() {
                    words.append(last + "s")
                    continue
                }
                words +=
                    pronunciations.spelling(of: part, for: engine)
                    ?? (part.allSatisfy(\.isLetter) ? word(part) : [part])
            } else {
                if let symbol = Self.symbols[String(first)] { words.append(symbol) }
                rest = rest.dropFirst()
            }
        }
        return words
    }

    // MARK: What is known

    /// Longer words in capitals are not spelled.
    private static let spelledMax = 5
    /// Shorter ones are no addresses of wallets.
    private static let addressMin = 25

    private static func isAddress(_ core: String) -> Bool {
        core.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } && core.contains(where: \.isNumber)
            && core.contains(where: \.isLetter)
    }

    private static func letterOrDigit(_ character: Character) -> [String] {
        character.isASCIIDigit ? NumberWords.digits(String(character)) : [character.uppercased()]
    }

    private static func parted(_ word: String) -> [String] { word.split(separator: " ").map(String.init) }

    private static let symbols = [
        "%": "percent", "+": "plus", "=": "equals", "→": "to", "×": "times", "÷": "over", "°": "degrees", "~": "about",
        "≈": "about", ">": "over", "<": "under",
    ]
}
