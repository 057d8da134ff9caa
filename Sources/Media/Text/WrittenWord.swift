/// What stands between two spaces: a core with marks before and behind it.
struct WrittenWord: Hashable, Sendable {
    var leading: String
    var core: String
    var trailing: String
    /// Of the core, in bytes of the text's UTF-8.
    var range: Range<Int>

    private static let opening: Set<Character> = ["\"", "'", "“", "‘", "„", "«", "(", "[", "{", "¿", "¡", "_"]
    private static let closing: Set<Character> = [
        ".", ",", ";", ":", "!", "?", "…", "\"", "'", "”", "’", "»", "“", ")", "]", "}", "_",
    ]

    var hasLetters: Bool { core.contains { $0.isLetter || $0.isNumber } }

    /// Whether the voice pauses before it.
    var opensBracket: Bool { leading.contains { "([{".contains($0) } }

    /// The mark that is said behind it.
    var mark: Character? {
        for character in trailing where "?!.…,;:)]}".contains(character) {
            switch character {
            case "?", "!", ".": return character
            case "…": return "."
            default: return ","
            }
        }
        return nil
    }

    static func words(of text: String) -> [WrittenWord] {
        var words: [WrittenWord] = []
        var offset = 0
        var current = ""
        var start = 0
        func close() {
            if !current.isEmpty { words.append(WrittenWord(current, at: start)) }
            current = ""
        }
        var before: Character = " "
        for character in text {
            // A dash with letters around it parts words as a space does; between figures it is part of them.
            let isDash = character == "—" || (character == "–" && !before.isNumber && !before.isWhitespace)
            if character.isWhitespace || isDash {
                close()
                if isDash { words.append(WrittenWord(String(character), at: offset)) }
            } else {
                if current.isEmpty { start = offset }
                current.append(character)
            }
            offset += character.utf8.count
            before = character
        }
        close()
        return words
    }

    private init(_ text: String, at offset: Int) {
        let characters = Array(text)
        var (low, high) = (0, characters.count)
        while low < high, Self.opening.contains(characters[low]) { low += 1 }
        while high > low, Self.closing.contains(characters[high - 1]) { high -= 1 }
        leading = String(characters[..<low])
        core = String(characters[low..<high])
        trailing = String(characters[high...])
        let first = offset + leading.utf8.count
        range = first..<first + core.utf8.count
    }

    init(core: String, range: Range<Int>) {
        (leading, trailing) = ("", "")
        self.core = core
        self.range = range
    }
}
