/// What is shown together, and from when to when.
package struct TimedCaption: Hashable, Sendable {
    /// Of each line, in the order in which they are said.
    package let lines: [[TimedWord]]
    /// In milliseconds on the words' clock.
    package let start: Int64
    package let end: Int64

    package var texts: [String] { lines.map { line in line.map(\.text).joined(separator: " ") } }

    /// How fast it has to be read; speech that is faster than the limit cannot be shown any slower.
    package var charactersPerSecond: Double {
        let characters = texts.reduce(0) { $0 + CaptionWidth.of($1) }
        return Double(characters) * 1000 / Double(max(1, end - start))
    }

    /// As a part of a scene, with the word marked that is said at a time.
    ///
    /// - Parameter time: in milliseconds on the words' clock.
    /// - Returns: empty lines before and after it.
    package func shown(at time: Int64) -> Captions {
        guard time >= start, time < end else { return Captions(lines: []) }
        var mark: Captions.Mark?
        for (line, words) in lines.enumerated() {
            for (index, word) in words.enumerated() where word.start <= time && time < word.end {
                mark = Captions.Mark(line: line, word: index)
            }
        }
        return Captions(lines: texts.map { ShownText($0) }, mark: mark)
    }
}
