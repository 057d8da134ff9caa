/// What is looked at in words before and while captions are cut.
enum CaptionWords {
    /// - Parameters:
    ///   - words: of any source.
    ///   - lengthMax: of a line; longer words are cut into parts that share their time.
    /// - Returns: words with text, each of which begins after the last one, and none ends after the next one begins.
    static func clean(_ words: [TimedWord], lengthMax: Int) -> [TimedWord] {
        let seen = words.flatMap { parts($0, lengthMax: max(1, lengthMax)) }
        var clean: [TimedWord] = []
        for (index, word) in seen.enumerated() {
            let start = clean.last.map { max(word.start, $0.start + 1) } ?? word.start
            let next = index + 1 < seen.count ? max(start + 1, seen[index + 1].start) : .max
            clean.append(TimedWord(word.text, start: start, end: min(max(start, word.end), next)))
        }
        return clean
    }

    private static func parts(_ word: TimedWord, lengthMax: Int) -> [TimedWord] {
        let texts = word.text.split(whereSeparator: \.isWhitespace).flatMap { pieces(of: $0, lengthMax: lengthMax) }
        // Thirty years either way: sums of such times stay exact.
        let limit: Int64 = 1_000_000_000_000
        let start = min(max(word.start, -limit), limit)
        let length = min(max(word.end, start), limit) - start
        return texts.enumerated().map { index, text in
            func time(_ part: Int) -> Int64 { start + length * Int64(part) / Int64(texts.count) }
            return TimedWord(text, start: time(index), end: time(index + 1))
        }
    }

    private static func pieces(of text: Substring, lengthMax: Int) -> [String] {
        var pieces: [String] = []
        var (piece, width) = ("", 0)
        for character in text {
            let more = CaptionWidth.of(character)
            if width + more > lengthMax, !piece.isEmpty {
                pieces.append(piece)
                (piece, width) = ("", 0)
            }
            piece.append(character)
            width += more
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }

    static func endsSentence(_ text: String) -> Bool { lastSign(of: text).map { ".!?…。！？؟۔।".contains($0) } ?? false }

    static func endsClause(_ text: String) -> Bool { lastSign(of: text).map { ",;:–—،؛、，；：".contains($0) } ?? false }

    /// Behind what closes a quotation.
    private static func lastSign(of text: String) -> Character? { text.last { !"\"'”’»)]".contains($0) } }
}
