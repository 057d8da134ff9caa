/// What is being said, in at most two lines.
package struct Captions: Hashable, Sendable {
    /// The word that is being said.
    package struct Mark: Codable, Hashable, Sendable {
        package let line: Int
        /// Counts the words between spaces.
        package let word: Int

        package init(line: Int, word: Int) {
            self.line = line
            self.word = word
        }
    }

    package let lines: [ShownText]
    /// Marks nothing where there is no such word.
    package let mark: Mark?

    package static let linesMax = 2
    package static let lineLengthMax = 42

    /// - Parameters:
    ///   - lines: at most two, of at most 42 characters each; what is longer ends with dots.
    ///   - mark: the word that is being said.
    package init(lines: [ShownText], mark: Mark? = nil) {
        self.lines = lines.prefix(Captions.linesMax).map { line in
            line.text.count <= Captions.lineLengthMax
                ? line : ShownText(line.text.prefix(Captions.lineLengthMax - 1) + "…")
        }
        self.mark = mark
    }
}

extension Captions: Codable {
    private enum CodingKeys: CodingKey {
        case lines
        case mark
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            lines: try container.decode([ShownText].self, forKey: .lines),
            mark: try container.decodeIfPresent(Mark.self, forKey: .mark)
        )
    }
}
