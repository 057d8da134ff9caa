/// Finds the coins that a text speaks of.
///
/// A code counts in capitals, behind `$` in any case; one that is a word too counts only behind `$`, or in parentheses
/// after a name of its coin. A name counts in any case, the longest that stands there.
package struct MentionFinder: Sendable {
    /// Coins told of one text.
    package static let mentionsMax = 20
    /// Characters that are looked at.
    package static let charactersMax = 20_000

    private struct Name: Sendable {
        let words: [String]
        let symbol: String
    }

    private let codes: [String: MentionTable.Entry]
    /// By their first word, longest first.
    private let names: [String: [Name]]
    /// The names that may stand before a code in parentheses, by the code.
    private let namesBefore: [String: [[String]]]

    package init(_ table: MentionTable = MentionTable()) {
        codes = Dictionary(table.entries.map { ($0.symbol, $0) }) { first, _ in first }
        let all = table.entries.flatMap { entry in
            entry.names.map { Name(words: MentionText.words($0), symbol: entry.symbol) }
        }
        names = Dictionary(grouping: all.filter { !$0.words.isEmpty }) { $0.words[0] }
            .mapValues { $0.sorted { $0.words.count > $1.words.count } }
        namesBefore = codes.mapValues { entry in
            (entry.names + entry.namesBeforeCode).map { MentionText.words($0) }.filter { !$0.isEmpty }
        }
    }

    /// - Parameter text: plain text, such as title and summary.
    /// - Returns: the codes in the order in which they first stand there, each once.
    package func symbols(in text: String) -> [String] {
        let text = MentionText(text, charactersMax: MentionFinder.charactersMax)
        var found: [String] = []
        var index = 0
        while index < text.words.count, found.count < MentionFinder.mentionsMax {
            var step = 1
            var symbol = code(at: index, in: text)
            if symbol == nil, let name = name(at: index, in: text) {
                symbol = name.symbol
                step = name.words.count
            }
            if let symbol, !found.contains(symbol) { found.append(symbol) }
            index += step
        }
        return found
    }

    private func code(at index: Int, in text: MentionText) -> String? {
        let word = text.words[index]
        if word.gap.hasSuffix("$") {
            // In `US$ETH` it is money.
            let isOpen = word.gap.count > 1 || index == 0
            if isOpen, let entry = codes[word.text.uppercased()] { return entry.symbol }
        }
        guard let entry = codes[String(word.text)] else { return nil }
        return !entry.isAmbiguous || isNamed(entry.symbol, at: index, in: text) ? entry.symbol : nil
    }

    /// Whether a code stands in parentheses after a name of its coin.
    private func isNamed(_ symbol: String, at index: Int, in text: MentionText) -> Bool {
        let gap = text.words[index].gap
        guard gap == "(" || gap == " (", text.gap(after: index).first == ")" else { return false }
        return (namesBefore[symbol] ?? []).contains { name in
            index >= name.count && matches(name, at: index - name.count, in: text)
        }
    }

    private func name(at index: Int, in text: MentionText) -> Name? {
        names[text.words[index].lowered]?.first { matches($0.words, at: index, in: text) }
    }

    /// Whether the words stand there with nothing but blanks or dashes between them.
    private func matches(_ words: [String], at index: Int, in text: MentionText) -> Bool {
        guard index + words.count <= text.words.count else { return false }
        return words.enumerated().allSatisfy { offset, word in
            let place = text.words[index + offset]
            return place.lowered == word && (offset == 0 || place.gap.allSatisfy { $0.isWhitespace || $0 == "-" })
        }
    }
}
