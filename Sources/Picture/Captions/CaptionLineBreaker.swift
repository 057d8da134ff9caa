/// Divides a caption into lines of about the same length.
///
/// Lines are parts of the text in the order in which it is said; which side they begin on is left to their scripts.
struct CaptionLineBreaker {
    let rules: CaptionRules

    func fits(_ words: ArraySlice<TimedWord>) -> Bool {
        // Words are put into lines as they come: no other way needs fewer.
        var (lines, width) = (1, 0)
        for word in words {
            let more = CaptionWidth.of(word.text)
            if width > 0, width + 1 + more > rules.lineLengthMax {
                lines += 1
                width = more
            } else {
                width += more + (width > 0 ? 1 : 0)
            }
            if width > rules.lineLengthMax || lines > rules.linesMax { return false }
        }
        return true
    }

    /// - Returns: `nil` when they do not fit.
    func lines(_ words: ArraySlice<TimedWord>) -> [[TimedWord]]? {
        guard fits(words) else { return nil }
        if width(words) <= rules.lineLengthMax { return [Array(words)] }
        guard rules.linesMax == 2 else { return filled(words) }
        let breaks = words.indices.dropFirst().filter {
            width(words[..<$0]) <= rules.lineLengthMax && width(words[$0...]) <= rules.lineLengthMax
        }
        guard let best = breaks.min(by: { cost(words, at: $0) < cost(words, at: $1) }) else { return filled(words) }
        return [Array(words[..<best]), Array(words[best...])]
    }

    private func width(_ words: ArraySlice<TimedWord>) -> Int {
        words.reduce(words.count - 1) { $0 + CaptionWidth.of($1.text) }
    }

    /// Letters of difference; a break behind a comma or a full stop is worth some of them.
    private func cost(_ words: ArraySlice<TimedWord>, at index: Int) -> Int {
        let (upper, lower) = (width(words[..<index]), width(words[index...]))
        let before = words[index - 1].text
        let bonus = CaptionWords.endsSentence(before) ? 14 : CaptionWords.endsClause(before) ? 10 : 0
        // Where both ways are alike, the longer line stands below.
        return abs(upper - lower) + (upper > lower ? 1 : 0) - bonus
    }

    private func filled(_ words: ArraySlice<TimedWord>) -> [[TimedWord]] {
        var lines: [[TimedWord]] = []
        var width = 0
        for word in words {
            let more = CaptionWidth.of(word.text)
            if lines.isEmpty || width + 1 + more > rules.lineLengthMax {
                lines.append([word])
                width = more
            } else {
                lines[lines.count - 1].append(word)
                width += 1 + more
            }
        }
        return lines
    }
}
