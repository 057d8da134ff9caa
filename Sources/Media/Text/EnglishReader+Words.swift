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
        let letters = word.core.split(separator: ".")
        guard letters.count >= 2, letters.allSatisfy({ $0.count == 1 && $0.first?.isLetter ?? false }) else {
            return nil
        }
        return Reading(words: letters.map { $0.uppercased() }, marking: isLast ? .asWritten : Self.marking(rest))
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
        if let possessive = possessive(core) { return possessive }
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
            return words + [last.count == 1 ? last + "s" : last + "'s"]
        }
        guard core.hasSuffix("s"), core.count > 2, core.dropLast().allSatisfy({ $0.isUppercase }) else { return nil }
        var words = self.words(of: String(core.dropLast()))
        guard let last = words.popLast() else { return nil }
        return words + [last + "s"]
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
                words += figureOrWords(String(part))
            }
            return words
        }
        let labels = core.split(separator: ".")
        if labels.count > 1, labels.allSatisfy({ $0.contains(where: \.isLetter) }) {
            return Array(labels.map { words(of: String($0)) }.joined(separator: ["dot"]))
        }
        return nil
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
                words +=
                    pronunciations.spelling(of: part, for: engine)
                    ?? (part.allSatisfy(\.isLetter) ? word(part) : [part])
                rest = rest[letters.endIndex...]
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
