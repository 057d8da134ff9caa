import Sentiment

/// Some texts, cut into pieces that a service takes, and how what it says of the pieces becomes answers about the texts.
struct TextBatch: Sendable {
    /// Models read about 500 tokens; what is longer they cut without a word.
    static let pieceBytesMax = 1_200
    /// Servers take so many at once unless they are told otherwise.
    static let piecesMax = 32

    private struct Place: Sendable {
        let text: Int
        let share: Double
    }

    /// What the service is asked about; none when all texts are too short.
    let pieces: [String]
    private let places: [Place]
    private let textCount: Int

    /// - Throws: `SentimentError` with `.tooMuch` when it is more than a service takes at once.
    init(_ texts: [String]) throws(SentimentError) {
        try SentimentLimits.check(texts)
        var (pieces, places): ([String], [Place]) = ([], [])
        for (index, text) in texts.enumerated() where !SentimentLimits.isTooShort(text) {
            for piece in TextPieces.pieces(of: text, bytesMax: TextBatch.pieceBytesMax) {
                pieces.append(piece.text)
                places.append(Place(text: index, share: piece.share))
            }
            guard pieces.count <= TextBatch.piecesMax else {
                throw SentimentError(
                    .tooMuch,
                    "texts: are more than \(TextBatch.piecesMax) pieces of \(TextBatch.pieceBytesMax) bytes"
                )
            }
        }
        self.pieces = pieces
        self.places = places
        textCount = texts.count
    }

    /// - Parameters:
    ///   - scores: of the pieces, in their order.
    ///   - method: who says so.
    /// - Returns: one answer for each text.
    func answers(_ scores: [SentimentScores], method: String) -> [SentimentAnswer] {
        var sums = [(bullish: Double, bearish: Double, neutral: Double)?](repeating: nil, count: textCount)
        for (place, piece) in zip(places, scores) {
            var sum = sums[place.text] ?? (0, 0, 0)
            sum.bullish += place.share * piece.bullish
            sum.bearish += place.share * piece.bearish
            sum.neutral += place.share * piece.neutral
            sums[place.text] = sum
        }
        return sums.map { sum in
            guard let sum else { return .tooShort(method: method) }
            return SentimentAnswer(
                score: sum.bullish - sum.bearish,
                scores: SentimentScores(bullish: sum.bullish, bearish: sum.bearish, neutral: sum.neutral),
                method: method
            )
        }
    }
}
