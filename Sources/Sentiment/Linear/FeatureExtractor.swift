/// Makes the features of a linear model from tokens: hashed words, pairs of words and patterns of the lexicon, and what
/// the rules of the keyword classifier say.
struct FeatureExtractor {
    /// Changes with every change of the features, so that no model is asked about features it was not made for.
    static let version: UInt64 = 1

    /// The first indices are those of named features; hashes go into the rest.
    private static let namedCount: UInt32 = 64

    private let mask: UInt64
    private var reading: KeywordReading
    private var codes: [UInt64] = []

    /// - Parameters:
    ///   - bits: there are two to the power of it features, named ones included.
    ///   - lexicon: whose words and rules are used.
    init(bits: Int, lexicon: Lexicon = .standard) {
        mask = (1 << UInt64(bits)) - 1
        reading = KeywordReading(lexicon)
    }

    /// Fills in the features of a piece of text.
    mutating func extract(_ tokens: [Token], into features: inout FeatureVector) {
        features.removeAll()
        reading.read(tokens)
        addNamed(tokens, &features)
        addWords(tokens, &features)
        addPatterns(tokens, &features)
    }

    // MARK: Named

    private func addNamed(_ tokens: [Token], _ features: inout FeatureVector) {
        features.add(0, 1)
        for finding in KeywordReading.Finding.allCases {
            let strength = reading.strengths[finding.rawValue]
            if strength > 0 { features.add(UInt32(1 + finding.rawValue), 2 * strength / (1 + strength)) }
        }
        let score = Float(reading.score)
        if score > 0 { features.add(16, 2 * score) }
        if score < 0 { features.add(17, -2 * score) }
        // Nine steps from -1 to 1.
        features.add(18 + UInt32(max(0, min(8, (score * 4.5 + 4.5).rounded(.down)))), 1)
        if reading.isQuestion { features.add(27, 1) }
        if reading.isAsking { features.add(28, 1) }
        if reading.good == 0, reading.bad == 0 { features.add(29, 1) }
        var (percents, money, figures) = (false, false, false)
        for token in tokens where token.kind == .figure {
            percents = percents || token.isPercent
            money = money || token.isMoney
            figures = true
        }
        if percents { features.add(30, 0.7) }
        if money { features.add(31, 0.7) }
        if !figures { features.add(32, 0.7) }
        features.add(tokens.count <= 8 ? 33 : tokens.count <= 14 ? 34 : tokens.count <= 24 ? 35 : 36, 0.5)
        if let last = reading.items.last(where: { $0.value != 0 }) { features.add(last.value > 0 ? 37 : 38, 0.7) }
        if let first = reading.items.first(where: { $0.value != 0 }) { features.add(first.value > 0 ? 39 : 40, 0.7) }
    }

    // MARK: Hashed

    @inline(__always)
    private func index(_ hash: UInt64, _ group: UInt64) -> UInt32 {
        let mixed = WordHash.joined(hash, group)
        let place = UInt32((mixed ^ mixed >> 32) & mask)
        return place < FeatureExtractor.namedCount ? place + FeatureExtractor.namedCount : place
    }

    private func addWords(_ tokens: [Token], _ features: inout FeatureVector) {
        let start = features.count
        var previous: UInt64 = 0
        var isFirst = true
        for token in tokens {
            let hash = FeatureExtractor.wordHash(token)
            guard hash != 0 else {
                previous = 0
                continue
            }
            features.addOnce(index(hash, 1), 1, from: start)
            if token.stem != token.hash { features.addOnce(index(token.stem, 2), 0.7, from: start) }
            if previous != 0 { features.addOnce(index(WordHash.joined(previous, hash), 3), 0.7, from: start) }
            if isFirst {
                features.addOnce(index(hash, 4), 0.7, from: start)
                isFirst = false
            }
            previous = hash
        }
        // A text has as much to say, however long it is.
        let count = features.count - start
        if count > 0 { features.scale(from: start, by: 3 / Float(count).squareRoot()) }
    }

    private static func wordHash(_ token: Token) -> UInt64 {
        switch token.kind {
        case .word, .emoji: token.hash
        case .ticker: 0x7469_636b
        case .figure: token.isYear ? 0x7965_6172 : token.isPercent ? 0x7065_7263 : token.isMoney ? 0x6d6f_6e79 : 0x6e75
        case .stop, .question, .comma: 0
        }
    }

    /// Sequences of what the lexicon knows, such as thing, direction, figure.
    private mutating func addPatterns(_ tokens: [Token], _ features: inout FeatureVector) {
        codes.removeAll(keepingCapacity: true)
        for item in reading.items {
            if let code = FeatureExtractor.code(item, tokens) { codes.append(code) }
        }
        let start = features.count
        for place in codes.indices {
            if place > 0 { features.addOnce(index(WordHash.joined(codes[place - 1], codes[place]), 5), 1, from: start) }
            if place > 1 {
                let pair = WordHash.joined(codes[place - 2], codes[place - 1])
                features.addOnce(index(WordHash.joined(pair, codes[place]), 6), 0.7, from: start)
            }
        }
        let count = features.count - start
        if count > 0 { features.scale(from: start, by: 1.5 / Float(count).squareRoot()) }
    }

    private static func code(_ item: KeywordItem, _ tokens: [Token]) -> UInt64? {
        switch item.kind {
        case .comma: return nil
        case .stop: return 1
        case .question: return 2
        case .figure:
            let token = tokens[item.token]
            return token.isYear ? nil : token.isPercent ? 3 : token.isMoney ? 4 : 5
        case .phrase(let kind):
            let base = UInt64(kind.code) * 4 + 8
            return item.value > 0 ? base + 1 : item.value < 0 ? base + 2 : item.weight < 0 ? base + 3 : base
        }
    }
}

extension Lexicon.Kind {
    /// A small number that stays the same.
    fileprivate var code: Int {
        switch self {
        case .word: 0
        case .thing: 1
        case .subject: 2
        case .up: 3
        case .down: 4
        case .end: 5
        case .negation: 6
        case .degree: 7
        case .but: 8
        case .despite: 9
        case .comparison: 10
        case .quiet: 11
        case .asking: 12
        case .doubt: 13
        }
    }
}
