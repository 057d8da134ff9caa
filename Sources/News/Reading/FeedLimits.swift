/// How much of a feed is believed.
package struct FeedLimits: Hashable, Sendable {
    /// Bytes of the whole document.
    package var bytesMax = 2 * 1024 * 1024
    /// Items that are kept; reading ends there.
    package var itemsMax = 200
    /// How deep elements may lie inside each other.
    package var depthMax = 64
    /// Categories of an item that are kept.
    package var categoriesMax = 20
    package var titleCharactersMax = 500
    package var summaryCharactersMax = 2_000
    package var contentCharactersMax = 20_000
    /// How far ahead of our clock a time may be.
    package var futureMax: Duration = .seconds(3_600)
    /// Bytes that the XML parser is given at once.
    ///
    /// libexpat begins an unfinished tag again with every piece, so pieces must not be small.
    package var pieceBytes = 16_384

    package init() {}

    /// Every limit that makes no sense, with its key.
    package func problems() -> [(key: String, text: String)] {
        let counts: [(String, Int, ClosedRange<Int>)] = [
            ("bytes_max", bytesMax, 1_024...16 * 1024 * 1024), ("items_max", itemsMax, 1...10_000),
            ("depth_max", depthMax, 4...1_000), ("categories_max", categoriesMax, 0...1_000),
            ("title_characters_max", titleCharactersMax, 1...10_000),
            ("summary_characters_max", summaryCharactersMax, 1...100_000),
            ("content_characters_max", contentCharactersMax, 1...1_000_000),
            ("piece_bytes", pieceBytes, 1...1024 * 1024),
        ]
        var found: [(key: String, text: String)] = counts.filter { !$0.2.contains($0.1) }.map {
            ($0.0, "must be in \($0.2.lowerBound)...\($0.2.upperBound)")
        }
        if futureMax < .zero || futureMax > .seconds(7 * 86_400) {
            found.append(("future_max", "must be in 0...7 days"))
        }
        return found
    }
}
