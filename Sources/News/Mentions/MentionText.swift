/// A text cut into words, with what stands between them.
struct MentionText {
    struct Word {
        /// As written.
        let text: Substring
        let lowered: String
        /// What stands between the word before and this one.
        let gap: Substring
    }

    let words: [Word]
    /// What stands behind the last word.
    let rest: Substring

    /// - Parameters:
    ///   - text: plain text.
    ///   - charactersMax: how much of it is looked at.
    init(_ text: String, charactersMax: Int) {
        var words: [Word] = []
        var rest = text.prefix(charactersMax)
        while let start = rest.firstIndex(where: MentionText.isOfWord) {
            let word = rest[start...].prefix(while: MentionText.isOfWord)
            words.append(Word(text: word, lowered: word.lowercased(), gap: rest[..<start]))
            rest = rest[word.endIndex...]
        }
        self.words = words
        self.rest = rest
    }

    /// What stands behind a word, up to the next one.
    func gap(after index: Int) -> Substring { index + 1 < words.count ? words[index + 1].gap : rest }

    /// The words of a name in lower case.
    static func words(_ name: String) -> [String] { MentionText(name, charactersMax: 200).words.map(\.lowered) }

    private static func isOfWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
