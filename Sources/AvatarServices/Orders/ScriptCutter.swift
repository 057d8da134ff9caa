/// Cuts a text into parts that are not longer than allowed, each as long as it can be.
///
/// A pure value. The blanks behind a cut belong to the part before it, as far as they fit.
struct ScriptCutter {
    /// How good a place is to cut at; the greater, the better.
    private enum Place: UInt8, Comparable {
        /// Inside a word.
        case character
        case word
        case pause
        case sentence

        static func < (left: Place, right: Place) -> Bool { left.rawValue < right.rawValue }
    }

    private let characters: [Character]
    private let lengths: [Int]
    /// What the place behind each character is.
    private let places: [Place]

    /// - Parameters:
    ///   - characters: the text.
    ///   - offset: how many bytes of UTF-8 stood before it where sentences were counted.
    ///   - sentenceEnds: in bytes from there.
    init(_ characters: [Character], offset: Int, sentenceEnds: Set<Int>) {
        self.characters = characters
        lengths = characters.map(\.utf16.count)
        places = Self.places(of: characters, offset: offset, sentenceEnds)
    }

    /// - Parameter lengthMax: in UTF-16 units; more than any run of blanks and the character behind it have.
    /// - Returns: slices of the text.
    func parts(lengthMax: Int) -> [String] {
        var parts: [String] = []
        var start = 0
        while start < characters.count {
            let end = end(of: start, lengthMax)
            parts.append(String(characters[start..<end]))
            start = end
        }
        return parts
    }

    private func end(of start: Int, _ lengthMax: Int) -> Int {
        var end = start
        var length = 0
        while end < characters.count, end == start || length + lengths[end] <= lengthMax {
            length += lengths[end]
            end += 1
        }
        guard end < characters.count else { return end }
        // Not behind the blanks that the part begins with: then it would say nothing.
        let ink = characters[start..<end].firstIndex { !$0.isWhitespace } ?? start
        var best = (end: end, place: Place.character)
        for last in stride(from: end - 1, through: ink, by: -1) where places[last] > best.place {
            best = (last + 1, places[last])
        }
        return best.end
    }

    private static func places(of characters: [Character], offset: Int, _ sentenceEnds: Set<Int>) -> [Place] {
        var places: [Place] = []
        places.reserveCapacity(characters.count)
        var byte = offset
        for (index, character) in characters.enumerated() {
            byte += character.utf8.count
            let isBeforeBlank = index + 1 < characters.count && characters[index + 1].isWhitespace
            let place: Place =
                if sentenceEnds.contains(byte) {
                    .sentence
                } else if character.isWhitespace {
                    // Behind blanks is as good as before them.
                    places.last ?? .word
                } else if wideMarks.contains(character) {
                    .pause
                } else if isBeforeBlank {
                    marks.contains(character) ? .pause : .word
                } else {
                    .character
                }
            places.append(place)
        }
        return places
    }

    /// Pauses where a blank follows.
    private static let marks: Set<Character> = [
        ",", ";", ":", ".", "!", "?", "…", "—", "–", "،", "؛", "؟", "۔", "।", "॥", ")", "\"", "”", "»",
    ]
    /// Pauses even without one.
    private static let wideMarks: Set<Character> = ["、", "，", "；", "：", "。", "！", "？", "．", "｡"]
}
