/// Takes a text that somebody else wrote, and gives its sentences if all of it can be said.
package enum SpokenText {
    /// A text is read up to here; a longer one is refused.
    package static let charactersMax = 100_000
    /// No sentence that is handed on is longer; longer ones are parted where it hurts least.
    package static let sentenceCharactersMax = 1_000

    /// A sentence, and where it stands.
    package struct Sentence: Hashable, Sendable {
        /// As it was written, without the spaces around it.
        package let text: String
        /// In bytes of the whole text's UTF-8.
        package let range: Range<Int>

        package init(text: String, range: Range<Int>) {
            self.text = text
            self.range = range
        }
    }

    /// Checks a text and parts it into sentences.
    ///
    /// - Parameters:
    ///   - text: what is to be said: words alone, without markup or stage directions.
    ///   - field: what an error calls it.
    /// - Returns: at least one sentence, in order.
    /// - Throws: `SpeechError` with `.badText`.
    package static func sentences(of text: String, field: String = "text") throws(SpeechError) -> [Sentence] {
        // Bytes first: counting the characters of something huge takes its time.
        guard text.utf8.count <= charactersMax * 4, text.count <= charactersMax else {
            throw SpeechError(.badText, "\(field): longer than \(charactersMax) characters")
        }
        if let fault = fault(in: text) { throw SpeechError(.badText, "\(field): \(fault)") }
        let sentences = SentenceSplitter(charactersMax: sentenceCharactersMax).sentences(of: text)
            .filter { $0.text.contains { $0.isLetter || $0.isNumber } }
        guard !sentences.isEmpty else {
            throw SpeechError(.badText, "\(field): nothing in it can be said")
        }
        return sentences
    }

    /// What does not belong into a text that is said; `nil` where nothing is wrong.
    private static func fault(in text: String) -> String? {
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            if character.unicodeScalars.contains(where: isControl) {
                return "a control character at character \(index + 1)"
            }
            switch character {
            case "<":
                if let tag = enclosed(characters, from: index, by: ">"),
                    let first = tag.first, first.isLetter || first == "/" || first == "!" || first == "?"
                {
                    return "markup at character \(index + 1)"
                }
            case "[":
                if enclosed(characters, from: index, by: "]")?.contains(where: \.isLetter) ?? false {
                    return "a direction in brackets at character \(index + 1)"
                }
            case "*":
                if let inside = enclosed(characters, from: index, by: "*"), inside.contains(where: \.isLetter),
                    inside.first?.isWhitespace == false
                {
                    return "markup at character \(index + 1)"
                }
                if characters[safe: index + 1] == "*" { return "markup at character \(index + 1)" }
            case "`": return "markup at character \(index + 1)"
            case "#":
                let isAtStart = index == 0 || characters[index - 1].isNewline
                let next = characters[safe: index + 1]
                if isAtStart, next == "#" || next == " " { return "markup at character \(index + 1)" }
            default: continue
            }
        }
        return nil
    }

    /// No tag or direction is longer.
    private static let enclosedMax = 200

    private static func enclosed(_ characters: [Character], from start: Int, by end: Character) -> ArraySlice<
        Character
    >? {
        let rest = characters[(start + 1)...].prefix(enclosedMax)
        guard let place = rest.firstIndex(of: end), place > start + 1 else { return nil }
        return rest[..<place]
    }

    /// Control characters, but not those that part lines and columns; and those that turn the direction of writing round.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFF0...0xFFFB: true
        default: false
        }
    }
}

extension Array {
    /// The element at a place that may lie outside.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
