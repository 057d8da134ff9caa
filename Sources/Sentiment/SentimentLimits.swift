/// How much text is classified at once.
package enum SentimentLimits {
    /// Characters, spaces around the text not counted; below that a text is neutral.
    package static let charactersMin = 10
    /// Of one text, in bytes of UTF-8.
    package static let textBytesMax = 64 * 1024
    package static let textsMax = 1024
    /// Of all texts of one call together.
    package static let batchBytesMax = 1024 * 1024

    /// Looks whether some texts can be classified in one call.
    ///
    /// - Parameter texts: what is to be classified.
    /// - Throws: `SentimentError` that says which limit is passed, and by which text.
    package static func check(_ texts: [String]) throws(SentimentError) {
        guard texts.count <= textsMax else {
            throw SentimentError(.tooMuch, "texts: there are \(texts.count), at most \(textsMax) go into one call")
        }
        var sum = 0
        for (index, text) in texts.enumerated() {
            let count = text.utf8.count
            guard count <= textBytesMax else {
                throw SentimentError(
                    .tooMuch,
                    "texts[\(index)]: has \(count) bytes, at most \(textBytesMax) are classified; send it in parts"
                )
            }
            sum += count
        }
        guard sum <= batchBytesMax else {
            throw SentimentError(
                .tooMuch,
                "texts: have \(sum) bytes together, at most \(batchBytesMax) go into one call"
            )
        }
    }

    /// Whether a text is too short to say anything.
    package static func isTooShort(_ text: String) -> Bool {
        var plain = 0
        // Each of these bytes is a character of its own, so most texts need no closer look.
        for byte in text.utf8 where isLetterOrDigit(byte) {
            plain += 1
            if plain == charactersMin { return false }
        }
        let trimmed = text.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return true }
        return trimmed[...last].prefix(charactersMin).count < charactersMin
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
