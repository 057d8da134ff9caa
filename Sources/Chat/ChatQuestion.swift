/// What kind of question a message is, as far as that decides whether its answer may be given again.
package enum ChatQuestion {
    /// Longer ones ask for more than the meaning of a word.
    private static let wordsMax = 10
    /// How somebody asks what a word means.
    private static let openings: [[Substring]] = [
        ["what", "is"], ["what", "are"], ["what", "does"], ["whats"], ["what", "s"], ["explain"], ["define"],
        ["meaning", "of"],
    ]
    /// Words by which a question is about today, about money, or about whoever asks.
    private static let present: Set<Substring> = [
        "now", "today", "tonight", "yesterday", "tomorrow", "currently", "current", "latest", "recent", "recently",
        "week", "month", "year", "price", "prices", "worth", "cost", "costs", "trading", "doing", "happening", "going",
        "up", "down", "news", "my", "me", "i", "you", "your", "we", "our", "this", "that", "these", "those", "it",
        "they", "best", "should", "buy", "sell", "hold", "signal", "signals", "market", "next",
    ]

    /// Whether a message asks what a word means, and nothing that is another thing tomorrow.
    ///
    /// - Parameters:
    ///   - message: what somebody asks, in English.
    ///   - symbols: those of which there are prices, such as `BTC`: a question about one of them is about its market.
    package static func asksForTerm(_ message: String, symbols: Set<String>) -> Bool {
        let lower = message.lowercased()
        let words = lower.split { !$0.isLetter && !$0.isNumber }
        guard (2...wordsMax).contains(words.count), openings.contains(where: { words.starts(with: $0) }) else {
            return false
        }
        // One sentence: whoever says more has a question of their own.
        guard !lower.contains(where: { $0 == "$" || $0 == "%" || $0 == "\n" }),
            lower.filter({ ".?!".contains($0) }).count <= 1
        else { return false }
        let known = Set(symbols.map { $0.lowercased() })
        return words.allSatisfy { word in
            !present.contains(word) && !known.contains(String(word)) && !word.contains(where: \.isNumber)
        }
    }
}
