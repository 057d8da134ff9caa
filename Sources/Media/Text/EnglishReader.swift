/// Reads an English sentence word by word and says how each is spoken.
///
/// A pure value. The rules are in its extensions: figures, dates and times, and words.
struct EnglishReader {
    let written: [WrittenWord]
    let engine: String
    let pronunciations: Pronunciations
    /// Whether all of it is in capitals, which then say nothing about how a word is said.
    let isShouted: Bool
    /// Where it reads.
    var position = 0
    var spoken: [SpokenForm.Word] = []

    init(_ sentence: String, engine: String, pronunciations: Pronunciations) {
        written = WrittenWord.words(of: sentence)
        self.engine = engine
        self.pronunciations = pronunciations
        isShouted =
            !sentence.contains(where: \.isLowercase)
            && written.filter { $0.core.count > 1 && $0.core.allSatisfy(\.isLetter) }.count >= 3
    }

    mutating func read() -> [SpokenForm.Word] {
        while position < written.count {
            let word = written[position]
            if word.opensBracket { pause(",") }
            guard let found = reading() else {
                // A mark by itself.
                if word.core.allSatisfy({ "—–-|•·/".contains($0) }) { pause(word.mark ?? ",") }
                position += 1
                continue
            }
            let last = written[position + found.count - 1]
            let source = word.range.lowerBound..<last.range.upperBound
            let mark: Character? =
                switch found.marking {
                case .asWritten: last.mark
                case .none: nil
                case .pause: ","
                }
            for (index, said) in found.words.enumerated() {
                let text = said == word.core ? said : letterName(said)
                spoken.append(SpokenForm.Word(text, source: source, mark: index == found.words.count - 1 ? mark : nil))
            }
            position += found.count
        }
        finish()
        return spoken
    }

    /// A letter that is spelled, as the engine takes it for one: "A" by itself would be an article.
    private func letterName(_ said: String) -> String {
        guard said.count == 1, said.first?.isUppercase ?? false else { return said }
        return pronunciations.spelling(of: "_\(said)", for: engine)?.first ?? said
    }

    /// What is said of one or more written words.
    struct Reading {
        var words: [String]
        /// How many written words.
        var count = 1
        var marking = Marking.asWritten

        enum Marking { case asWritten, none, pause }
    }

    private func reading() -> Reading? {
        let word = written[position]
        guard !word.core.isEmpty else { return nil }
        if word.core == "-" || word.core == "–" { return isBetweenFigures ? Reading(words: ["to"]) : nil }
        let found = dateReading() ?? timeReading() ?? figureReading() ?? abbreviationReading()
        if let found { return found }
        let words = self.words(of: word.core)
        return words.isEmpty ? nil : Reading(words: words)
    }

    /// "10 - 12": a dash with spaces around it.
    private var isBetweenFigures: Bool {
        guard position > 0, let next = written[safe: position + 1]?.core.first else { return false }
        let before = written[position - 1].core
        let isFigure =
            before.contains(where: \.isASCIIDigit) || ["a.m", "p.m", "am", "pm"].contains(before.lowercased())
        return isFigure && (next.isASCIIDigit || "$€£¥".contains(next))
    }

    /// The core of a word further on, if it belongs to the same clause.
    func core(_ ahead: Int) -> String? {
        for place in position..<position + ahead {
            guard let word = written[safe: place], word.mark == nil || word.trailing == "." && ahead == 1 else {
                return nil
            }
        }
        guard let next = written[safe: position + ahead], next.leading.isEmpty, !next.core.isEmpty else { return nil }
        return next.core
    }

    /// The last word that was said, in lower case.
    var previous: String { spoken.last.map { $0.mark == nil ? $0.text.lowercased() : "" } ?? "" }

    private mutating func pause(_ mark: Character) {
        guard let last = spoken.indices.last, spoken[last].mark == nil else { return }
        spoken[last].mark = mark == "?" || mark == "!" ? mark : ","
    }

    /// Marks inside the sentence become pauses, so that no engine takes them for its end.
    private mutating func finish() {
        guard let last = spoken.indices.last else { return }
        for index in spoken.indices.dropLast() where spoken[index].mark != nil { spoken[index].mark = "," }
        let ending = written.last.map { $0.trailing + ($0.hasLetters ? "" : $0.core) } ?? ""
        spoken[last].mark = ending.contains("?") ? "?" : ending.contains("!") ? "!" : "."
    }
}
