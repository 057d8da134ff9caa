package import Domain

/// How labels are written in files.
package struct LabelReading: Hashable, Sendable {
    /// A number from here on is good, one below its opposite is bad; -0.2 and 0.2 are where levels change.
    package var threshold = 0.2

    package init() {}

    private static let words: [String: SentimentLabel] = [
        "positive": .bullish, "pos": .bullish, "bullish": .bullish, "bull": .bullish, "good": .bullish,
        "negative": .bearish, "neg": .bearish, "bearish": .bearish, "bear": .bearish, "bad": .bearish,
        "neutral": .neutral, "neu": .neutral,
    ]

    /// Reads a label.
    ///
    /// - Parameter text: a word such as `positive` or `bear`, or a number from -1 to 1; case and spaces around it do not
    ///   count.
    /// - Returns: the label; `nil` when it is none.
    package func label(_ text: String) -> SentimentLabel? {
        let text = text.drop { $0 == " " || $0 == "\t" }.lowercased()
        let end = text.lastIndex { $0 != " " && $0 != "\t" }
        guard let end else { return nil }
        let trimmed = String(text[...end])
        if let label = LabelReading.words[trimmed] { return label }
        guard let number = Double(trimmed), number >= -1, number <= 1 else { return nil }
        return number >= threshold ? .bullish : number < -threshold ? .bearish : .neutral
    }
}
