package import Domain

/// Looks at a text before it goes on the air: it has to be speech, name what it talks about, and advise nothing.
package enum SpeechValidator {
    package enum Violation: Hashable, Sendable, CustomStringConvertible {
        case empty
        case tooLong
        /// Characters that mark text up, or that no voice can say.
        case markup(Character)
        /// Something to do instead of to say, such as `(laughs)`.
        case direction
        case link
        /// A place that was not filled.
        case placeholder
        /// What it talks about is not named.
        case unnamedSymbol(String)
        case advice(String)

        package var description: String {
            switch self {
            case .empty: "empty"
            case .tooLong: "too long"
            case .markup(let character): "markup \(character)"
            case .direction: "stage direction"
            case .link: "link"
            case .placeholder: "unfilled placeholder"
            case .unnamedSymbol(let name): "does not name \(name)"
            case .advice(let phrase): "advice: \(phrase)"
            }
        }
    }

    /// About a minute of speech.
    package static let lengthMax = 1000

    /// - Parameters:
    ///   - text: what is to be said.
    ///   - symbols: what it talks about.
    /// - Returns: all that is wrong with it; nothing when it may be said.
    package static func violations(in text: String, symbols: [TradingPair]) -> [Violation] {
        var found: [Violation] = []
        if !text.contains(where: \.isLetter) { found.append(.empty) }
        if text.count > lengthMax { found.append(.tooLong) }
        if text.contains(where: { "{}".contains($0) }) { found.append(.placeholder) }
        if text.contains(where: { "()[]".contains($0) }) { found.append(.direction) }
        if let character = text.first(where: isMarkup) { found.append(.markup(character)) }
        let lowered = text.lowercased()
        if lowered.contains("://") || lowered.contains("www.") { found.append(.link) }
        for pair in symbols where !names(pair, in: text) { found.append(.unnamedSymbol(pair.text)) }
        let spoken = words(of: lowered)
        found += advice.filter { spoken.contains(" \($0) ") }.map(Violation.advice)
        return found
    }

    private static func isMarkup(_ character: Character) -> Bool {
        if "<>*_#`~|\\^&=@$".contains(character) { return true }
        guard let scalar = character.unicodeScalars.first else { return true }
        return scalar.properties.isEmojiPresentation || scalar.value < 0x20
            || scalar.properties.generalCategory == .control
            || scalar.properties.generalCategory == .format
    }

    /// Whether a text says the name or the code of what is traded.
    static func names(_ pair: TradingPair, in text: String) -> Bool {
        let spoken = words(of: text.lowercased().replacingApostrophes.split(separator: "'s").joined())
        return spoken.contains(" \(SpeechText.asset(pair).lowercased()) ")
            || spoken.contains(" \(pair.base.lowercased()) ")
    }

    /// The words with one space on each side, so that phrases are found across punctuation and only as whole words.
    private static func words(of lowered: String) -> String {
        " " + lowered.replacingApostrophes.split { !$0.isLetter && !$0.isNumber && $0 != "'" }.joined(separator: " ")
            + " "
    }

    /// Phrases that tell people what to do with their money or promise them what nobody knows.
    private static let advice = [
        "you should buy", "you should sell", "you should hold", "should invest", "buy now", "sell now", "time to buy",
        "time to sell", "good time to", "buy the dip", "go long", "go short", "i recommend", "we recommend", "i advise",
        "we advise", "my advice", "our advice", "financial advice", "legal advice", "tax advice", "investment advice",
        "guaranteed", "risk free", "can't lose", "cannot lose", "sure thing", "easy money", "free money",
        "to the moon", "will rise", "will fall", "will go up", "will go down", "will crash", "will explode",
        "going to rise", "going to fall", "going up from here", "going down from here", "price target", "get rich",
        "don't miss", "last chance", "all in", "take out a loan", "you must", "legally you",
    ]
}

extension String {
    /// Typographic apostrophes as plain ones.
    fileprivate var replacingApostrophes: String { String(map { $0 == "\u{2019}" ? "'" : $0 }) }
}
