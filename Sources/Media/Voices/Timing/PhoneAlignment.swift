/// Finds out which phones belong to which word, where an engine tells only the phones.
///
/// Each word's phones by themselves are laid beside those of the sentence so that as few as possible differ: in a
/// sentence words are said a little differently ("a", "the"), but mostly the same.
enum PhoneAlignment {
    /// How far the two may have run apart, in phones.
    private static let band = 48

    /// - Parameters:
    ///   - words: the phones of each word by itself.
    ///   - phones: those of the sentence.
    /// - Returns: when each word is said; `nil` for a word of which nothing was found.
    static func spans(of words: [[String]], in phones: [PhoneTime]) -> [Range<Double>?] {
        let heard = phones.filter { !$0.isPause }
        let expected = words.enumerated().flatMap { index, names in names.map { (word: index, name: $0) } }
        var spans = [Range<Double>?](repeating: nil, count: words.count)
        for (place, word) in owners(expected, heard.map(\.name)).enumerated() {
            guard let word else { continue }
            let phone = heard[place]
            spans[word] =
                min(spans[word]?.lowerBound ?? phone.start, phone.start)..<max(spans[word]?.upperBound ?? 0, phone.end)
        }
        return spans
    }

    private enum Step: UInt8 { case both, expectedOnly, heardOnly }

    /// The word of each phone that was heard.
    private static func owners(_ expected: [(word: Int, name: String)], _ heard: [String]) -> [Int?] {
        let (rows, columns) = (expected.count, heard.count)
        guard rows > 0, columns > 0 else { return [Int?](repeating: nil, count: columns) }
        let reach = band + abs(rows - columns)
        let far = Int32.max / 2
        var costs = [Int32](repeating: far, count: columns + 1)
        var steps = [Step](repeating: .both, count: (rows + 1) * (columns + 1))
        for column in 0...min(columns, reach) {
            costs[column] = Int32(column) * 2
            steps[column] = .heardOnly
        }
        for row in 1...rows {
            var next = [Int32](repeating: far, count: columns + 1)
            let low = max(0, row - reach)
            for column in low...min(columns, row + reach) {
                var best = costs[column] + 2
                var step = Step.expectedOnly
                if column > 0 {
                    let both = costs[column - 1] + difference(expected[row - 1].name, heard[column - 1])
                    if both <= best { (best, step) = (both, .both) }
                    if next[column - 1] + 2 < best { (best, step) = (next[column - 1] + 2, .heardOnly) }
                }
                next[column] = best
                steps[row * (columns + 1) + column] = step
            }
            costs = next
        }
        var owners = [Int?](repeating: nil, count: columns)
        var (row, column) = (rows, columns)
        while column > 0 {
            switch row == 0 ? .heardOnly : steps[row * (columns + 1) + column] {
            case .both:
                owners[column - 1] = expected[row - 1].word
                row -= 1
                column -= 1
            case .expectedOnly: row -= 1
            case .heardOnly:
                // Something that was put in belongs to the word before it.
                owners[column - 1] = row > 0 ? expected[row - 1].word : expected[0].word
                column -= 1
            }
        }
        return owners
    }

    /// Two vowels are nearer to one another than a vowel to a consonant.
    private static func difference(_ first: String, _ second: String) -> Int32 {
        if first == second { return 0 }
        return isVowel(first) == isVowel(second) ? 1 : 3
    }

    private static func isVowel(_ name: String) -> Bool { name.first.map { "aeiouAEIOU@0V3".contains($0) } ?? false }
}
