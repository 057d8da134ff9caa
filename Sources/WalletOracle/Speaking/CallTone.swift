import Domain
package import Sentiment

/// How a call went, by what was said in it.
package enum CallTone: String, Hashable, Sendable, CaseIterable {
    case bullish, bearish, neutral, heated

    /// More of a transcript is not read; a call of two minutes has some two thousand bytes.
    private static let bytesMax = 16 * 1024

    /// Measures a transcript.
    ///
    /// It is heated with two angry words, if they are one in a hundred words, or with one and three exclamation marks.
    /// Otherwise the station's table of market words decides between the other three.
    ///
    /// - Parameters:
    ///   - transcript: what the caller said; of a long one the end counts, which is where a call is left.
    ///   - classifier: knows the market words.
    /// - Returns: the tone; neutral where nothing was said.
    package static func measure(
        _ transcript: String,
        by classifier: KeywordClassifier = KeywordClassifier()
    ) -> CallTone {
        let end =
            transcript.utf8.count <= bytesMax
            ? transcript : String(decoding: transcript.utf8.suffix(bytesMax), as: UTF8.self)
        if isHeated(end) { return .heated }
        return switch classifier.answers([end]).first?.label {
        case .bullish: .bullish
        case .bearish: .bearish
        default: .neutral
        }
    }

    private static func isHeated(_ text: String) -> Bool {
        var (words, angry) = (0, 0)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && $0 != "'" && $0 != "’" }) {
            words += 1
            if angryWords.contains(String(word)) { angry += 1 }
        }
        let marks = text.utf8.count { $0 == UInt8(ascii: "!") }
        return angry >= 2 && angry * 100 >= words || angry >= 1 && marks >= 3
    }

    private static let angryWords: Set<String> = [
        "angry", "ass", "asshole", "bastard", "bastards", "bullshit", "clown", "clowns", "crap", "damn", "damned",
        "disgrace", "disgusting", "dumb", "fool", "fools", "fraud", "fucked", "fucking", "furious", "garbage",
        "goddamn",
        "hate", "hell", "idiot", "idiotic", "idiots", "insane", "joke", "liar", "liars", "lied", "lies", "lying", "mad",
        "moron", "morons", "nonsense", "outrage", "outrageous", "pathetic", "ridiculous", "robbed", "scam", "scammed",
        "scammer", "scammers", "shame", "shit", "sick", "stole", "stolen", "stupid", "thief", "thieves", "trash",
        "ugly",
    ]
}
