/// Texts in as many pieces as there are events.
enum TextPieces {
    /// Pieces of about the same length, cut between characters.
    ///
    /// - Parameters:
    ///   - text: any.
    ///   - count: how many are wanted; there are no more than characters, because an empty piece would be no content.
    /// - Returns: the pieces, none of them empty.
    static func split(_ text: String, into count: Int) -> [String] {
        let characters = Array(text)
        let count = min(count, characters.count)
        return (0..<count).map { index in
            String(characters[characters.count * index / count..<characters.count * (index + 1) / count])
        }
    }

    /// Words, always the same ones, each with the space that parts it from the one before.
    static func generated(_ count: Int) -> [String] {
        (0..<count).map { index in (index == 0 ? "" : " ") + words[index % words.count] }
    }

    private static let words = [
        "the", "market", "opened", "quietly", "and", "nobody", "on", "the", "floor", "expected", "what", "came", "next",
    ]
}
