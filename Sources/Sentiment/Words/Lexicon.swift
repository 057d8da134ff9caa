/// What the words of the field say, from the file `lexicon.txt`.
struct Lexicon: Sendable {
    /// What a word or phrase does in a text.
    enum Kind: String, CaseIterable {
        /// Says something good or bad by itself.
        case word
        /// Something good or bad, which can also rise, fall or end.
        case thing
        /// Good (+) or bad (-) when it rises; says nothing by itself.
        case subject
        case up
        case down
        /// Ends what it is said of, as `lifts` ends a ban; by itself it says its weight.
        case end
        case negation
        /// Makes its neighbour stronger, or weaker, by its weight as a factor.
        case degree
        /// What follows counts more than what stands before.
        case but
        /// What follows counts less, up to the next clause.
        case despite
        /// Parts the figure of now from the figure of before: `from`, `compared to`.
        case comparison
        /// A phrase whose words do not mean what they mean elsewhere: `up to`.
        case quiet
        /// Begins a text that asks or explains.
        case asking
        /// Something that may come, or is only said.
        case doubt

        fileprivate var hasWeight: Bool {
            switch self {
            case .word, .thing, .subject, .up, .down, .end, .degree: true
            case .negation, .but, .despite, .comparison, .quiet, .asking, .doubt: false
            }
        }
    }

    struct Entry: Hashable {
        let kind: Kind
        /// Of a word, thing or subject: good above 0; of a direction: how strong; of a degree: a factor.
        let weight: Double
        /// In words.
        let length: Int
    }

    /// The longest phrase, in words.
    static let wordsMax = 4

    private var entries: [UInt64: Entry] = [:]
    /// The longest phrase that begins with a word.
    private var longest: [UInt64: Int] = [:]

    var count: Int { entries.count }

    /// The lexicon that is part of the program.
    static let standard: Lexicon = {
        do throws(SentimentError) {
            return try Lexicon(parsing: String(decoding: PackageResources.lexicon_txt, as: UTF8.self))
        } catch {
            // Part of the program, and read by its tests.
            preconditionFailure(error.message)
        }
    }()

    /// Parses lines such as `word +2: approve*, all time high`.
    ///
    /// A `*` behind a word stands for its regular forms with -s, -ed and -ing; `**` also doubles its last letter. Of two
    /// lines for one phrase the second is a mistake.
    ///
    /// - Parameter text: lines; what begins with `#` is for people.
    /// - Throws: `SentimentError` with the number of the line.
    init(parsing text: String) throws(SentimentError) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            try add(line, number: index + 1)
        }
    }

    private mutating func add(_ line: Substring, number: Int) throws(SentimentError) {
        func problem(_ text: String) -> SentimentError { SentimentError(.badData, "lexicon, line \(number): \(text)") }
        guard let colon = line.firstIndex(of: ":") else { throw problem("has no colon") }
        let head = line[..<colon].split(separator: " ")
        guard let kind = head.first.flatMap({ Kind(rawValue: String($0)) }) else {
            throw problem("begins with none of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let weight = head.count == 2 ? Double(head[1]) : nil
        guard head.count == (kind.hasWeight ? 2 : 1), !kind.hasWeight || weight?.isFinite == true else {
            throw problem("\(kind.rawValue) wants \(kind.hasWeight ? "a weight" : "no weight")")
        }
        for item in line[line.index(after: colon)...].split(separator: ",") {
            for words in Lexicon.forms(of: item.split(separator: " ").map(String.init)) {
                guard (1...Lexicon.wordsMax).contains(words.count) else {
                    throw problem("'\(item)' has \(words.count) words instead of 1 to \(Lexicon.wordsMax)")
                }
                let hashes = words.map { WordHash.of($0) }
                let entry = Entry(kind: kind, weight: weight ?? 0, length: words.count)
                let key = hashes.dropFirst().reduce(hashes[0], WordHash.joined)
                guard entries.updateValue(entry, forKey: key) == nil else {
                    throw problem("'\(words.joined(separator: " "))' stands in the lexicon twice")
                }
                longest[hashes[0]] = max(longest[hashes[0]] ?? 0, words.count)
            }
        }
    }

    /// The longest phrase that begins at a token.
    func entry(at index: Int, of tokens: [Token]) -> Entry? {
        let first = tokens[index]
        guard first.hash != 0, let most = longest[first.hash] else { return nil }
        var key = first.hash
        var found = entries[key]
        var length = 1
        while length < most, index + length < tokens.count, tokens[index + length].kind == .word {
            key = WordHash.joined(key, tokens[index + length].hash)
            length += 1
            if let longer = entries[key] { found = longer }
        }
        return found
    }

    // MARK: Forms

    /// All forms of a phrase in which one word may be marked.
    static func forms(of words: [String]) -> [[String]] {
        guard let place = words.firstIndex(where: { $0.hasSuffix("*") }) else { return [words] }
        let isDoubled = words[place].hasSuffix("**")
        return forms(of: String(words[place].dropLast(isDoubled ? 2 : 1)), isDoubled: isDoubled).map { form in
            var phrase = words
            phrase[place] = form
            return phrase
        }
    }

    private static func forms(of word: String, isDoubled: Bool) -> [String] {
        guard let last = word.last else { return [word] }
        if isDoubled { return [word, word + "s", "\(word)\(last)ed", "\(word)\(last)ing"] }
        if last == "e" { return [word, word + "s", word + "d", word.dropLast() + "ing"] }
        if last == "y", let before = word.dropLast().last, !"aeiou".contains(before) {
            return [word, word.dropLast() + "ies", word.dropLast() + "ied", word + "ing"]
        }
        let hisses = ["s", "x", "z", "ch", "sh"].contains { word.hasSuffix($0) }
        return [word, word + (hisses ? "es" : "s"), word + "ed", word + "ing"]
    }
}
