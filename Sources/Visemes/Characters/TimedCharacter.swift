/// When one character of a text is said.
package struct TimedCharacter: Hashable, Sendable {
    /// A letter with its marks, a sign, or a space.
    package let text: String
    /// In samples, see `MouthTime`.
    package let start: Int
    package let end: Int

    package init(_ text: String, start: Int, end: Int) {
        self.text = text
        self.start = start
        self.end = end
    }

    /// - Parameters:
    ///   - text: a letter, a sign or a space.
    ///   - startSeconds: from the start of the sound.
    ///   - endSeconds: from the start of the sound.
    /// - Throws: `VisemeError.badInput` for a moment that is no number or out of range.
    package init(_ text: String, startSeconds: Double, endSeconds: Double) throws(VisemeError) {
        self.text = text
        start = try MouthTime.sample(seconds: startSeconds)
        end = try MouthTime.sample(seconds: endSeconds)
    }

    /// Its Latin letter in lower case and without marks; `nil` for everything else.
    var latin: Character? {
        guard let scalar = text.unicodeScalars.first else { return nil }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
        if lower.isASCII { return ("a"..."z").contains(Character(lower)) ? Character(lower) : nil }
        // The names of letters say what they are made of: LATIN SMALL LETTER E WITH ACUTE, LATIN SMALL LETTER AE.
        let words = (lower.properties.name ?? "").split(separator: " ")
        guard words.count > 3, words[0] == "LATIN", words[2] == "LETTER", words[3].count <= 2 else {
            return lower == "\u{DF}" ? "s" : nil
        }
        return words[3].lowercased().first
    }

    /// Whether it is read aloud, as letters, digits and the signs of syllables are.
    var isSpoken: Bool {
        guard let scalar = text.unicodeScalars.first else { return false }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// Whether it belongs to the word around it, and takes no time of its own.
    var isApostrophe: Bool { text == "'" || text == "\u{2019}" }
}
