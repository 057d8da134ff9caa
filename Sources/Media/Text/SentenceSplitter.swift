/// Parts a text into sentences.
///
/// A pure value. It knows the marks of Latin, Arabic, Indic and East Asian writing; points inside numbers and
/// after what is known to be short for something do not end a sentence.
struct SentenceSplitter: Sendable {
    /// A longer sentence is parted, at a pause if there is one, else between words.
    let charactersMax: Int

    func sentences(of text: String) -> [SpokenText.Sentence] {
        let characters = Array(text)
        var offsets: [Int] = [0]
        offsets.reserveCapacity(characters.count + 1)
        for character in characters { offsets.append((offsets.last ?? 0) + character.utf8.count) }

        var sentences: [SpokenText.Sentence] = []
        func add(_ range: Range<Int>) {
            for part in parts(of: range, characters) {
                let sentence = String(characters[part])
                sentences.append(
                    SpokenText.Sentence(text: sentence, range: offsets[part.lowerBound]..<offsets[part.upperBound])
                )
            }
        }
        var start = 0
        var position = 0
        while position < characters.count {
            guard let end = end(at: position, from: start, characters) else {
                position += 1
                continue
            }
            add(start..<end)
            start = end
            position = end
        }
        add(start..<characters.count)
        return sentences
    }

    // MARK: Where a sentence ends

    /// - Returns: where the next sentence begins if one ends at this place.
    private func end(at position: Int, from start: Int, _ characters: [Character]) -> Int? {
        let character = characters[position]
        if character.isNewline {
            // A blank line parts two paragraphs.
            var next = position + 1
            while let following = characters[safe: next], following.isWhitespace {
                if following.isNewline { return next + 1 }
                next += 1
            }
            return nil
        }
        if Self.wideMarks.contains(character) {
            var end = position + 1
            while let next = characters[safe: end], Self.wideMarks.contains(next) || Self.closing.contains(next) {
                end += 1
            }
            return end
        }
        guard Self.marks.contains(character) else { return nil }
        var end = position + 1
        while let next = characters[safe: end], Self.marks.contains(next) { end += 1 }
        let isSinglePoint = character == "." && end == position + 1
        let isTrailingOff = character == "…" || (character == "." && end > position + 1)
        while let next = characters[safe: end], Self.closing.contains(next) { end += 1 }
        guard let space = characters[safe: end] else { return end }
        guard space.isWhitespace else { return nil }
        var next = end
        while let following = characters[safe: next], following.isWhitespace { next += 1 }
        guard let first = characters[safe: next] else { return end }
        let word = followingWord(at: next, characters)
        if isTrailingOff || Self.closing.contains(characters[end - 1]) {
            // "Really?" he asked.
            return first.isLowercase ? nil : end
        }
        guard isSinglePoint else { return end }
        if first.isLowercase { return nil }
        return endsSentence(abbreviation: precedingWord(at: position, from: start, characters), before: word)
            ? end : nil
    }

    /// Whether a point ends a sentence, by the words on both sides of it.
    private func endsSentence(abbreviation word: String, before next: String) -> Bool {
        let lowered = word.lowercased()
        if Self.titles.contains(lowered) { return false }
        let isInitial = word.count == 1 && (word.first?.isUppercase ?? false)
        let isLettersWithPoints = word.contains(".") && word.split(separator: ".").allSatisfy { $0.count == 1 }
        if isInitial || isLettersWithPoints || Self.abbreviations.contains(lowered) {
            return Self.openers.contains(next.lowercased())
        }
        if Self.beforeNumbers.contains(lowered) { return !(next.first?.isNumber ?? false) }
        return true
    }

    /// The word that a point stands behind, with the points inside it.
    private func precedingWord(at position: Int, from start: Int, _ characters: [Character]) -> String {
        var first = position
        while first > start, characters[first - 1].isLetter || characters[first - 1] == "." { first -= 1 }
        return String(characters[first..<position])
    }

    private func followingWord(at position: Int, _ characters: [Character]) -> String {
        var first = position
        while let character = characters[safe: first], Self.openingMarks.contains(character) { first += 1 }
        var end = first
        while let character = characters[safe: end], character.isLetter || character.isNumber, end - first < 32 {
            end += 1
        }
        return String(characters[first..<end])
    }

    // MARK: Long sentences

    private func parts(of range: Range<Int>, _ characters: [Character]) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var rest = trimmed(range, characters)
        while rest.count > charactersMax {
            let window = rest.lowerBound..<rest.lowerBound + charactersMax
            let cut =
                window.last { $0 > window.lowerBound + charactersMax / 2 && isPause(at: $0, characters) }
                ?? window.last { $0 > window.lowerBound && characters[$0].isWhitespace }
                ?? window.upperBound - 1
            let part = trimmed(rest.lowerBound..<cut + 1, characters)
            if !part.isEmpty { parts.append(part) }
            rest = trimmed(cut + 1..<rest.upperBound, characters)
        }
        if !rest.isEmpty { parts.append(rest) }
        return parts
    }

    private func isPause(at place: Int, _ characters: [Character]) -> Bool {
        if "、，；：".contains(characters[place]) { return true }
        return ",;:—–".contains(characters[place]) && characters[safe: place + 1]?.isWhitespace ?? true
    }

    private func trimmed(_ range: Range<Int>, _ characters: [Character]) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, characters[low].isWhitespace { low += 1 }
        while high > low, characters[high - 1].isWhitespace { high -= 1 }
        return low..<high
    }

    // MARK: What is known

    private static let marks: Set<Character> = [".", "!", "?", "…", "؟", "۔", "।", "॥"]
    /// No space follows these.
    private static let wideMarks: Set<Character> = ["。", "！", "？", "．", "｡"]
    private static let closing: Set<Character> = ["\"", "'", "”", "’", "»", ")", "]", "」", "』", "）"]
    private static let openingMarks: Set<Character> = ["\"", "'", "“", "‘", "«", "(", "[", "「", "¿", "¡", "$", "€"]
    /// A name follows.
    private static let titles: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "sen", "rep", "gov", "gen", "capt", "messrs", "vs", "e.g", "i.e", "cf",
        "approx", "fig", "eq", "ca", "est",
    ]
    /// End a sentence only where the next word shows it.
    private static let abbreviations: Set<String> = [
        "inc", "corp", "ltd", "co", "llc", "plc", "jr", "sr", "etc", "a.m", "p.m", "u.s", "u.k", "e.u", "u.n", "d.c",
        "bros",
        "dept", "ave", "min", "max", "avg",
    ]
    /// No end where a number follows.
    private static let beforeNumbers: Set<String> = [
        "no", "nos", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "p", "pp",
        "vol",
        "art", "sec", "ch",
    ]
    /// Words with which sentences begin, and names seldom.
    private static let openers: Set<String> = [
        "the", "a", "an", "in", "it", "its", "he", "she", "they", "we", "you", "but", "and", "or", "so", "yet", "that",
        "this", "these", "those", "there", "then", "on", "at", "for", "with", "if", "when", "while", "after", "before",
        "now", "today", "tomorrow", "yesterday", "meanwhile", "however", "still", "also", "as", "by", "from", "our",
        "their", "his", "her", "my", "your", "what", "who", "why", "how", "where", "no", "not", "all", "some", "most",
        "bitcoin", "ethereum", "traders", "analysts", "markets", "prices",
    ]
}
