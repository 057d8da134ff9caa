import Sentiment

/// The pieces of words that a model knows, each with its number.
struct Vocabulary: Sendable {
    private let numbers: [String: Int64]
    /// What begins and ends each text, and what stands for pieces that are not known.
    let begin: Int64
    let end: Int64
    let unknown: Int64

    /// More is no vocabulary.
    static let piecesMax = 500_000
    /// No known piece is longer, in characters.
    static let pieceLengthMax = 100

    /// Reads `vocab.txt`: one piece in each line, numbered from 0.
    ///
    /// - Throws: `SentimentError` with `.badModel` when it lacks `[CLS]`, `[SEP]` or `[UNK]`.
    init(parsing text: String) throws(SentimentError) {
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        guard lines.count <= Vocabulary.piecesMax else {
            throw SentimentError(.badModel, "it has \(lines.count) lines, at most \(Vocabulary.piecesMax) are read")
        }
        var numbers: [String: Int64] = [:]
        numbers.reserveCapacity(lines.count)
        for (number, line) in lines.enumerated() where !line.isEmpty { numbers[String(line)] = Int64(number) }
        func special(_ piece: String) throws(SentimentError) -> Int64 {
            guard let number = numbers[piece] else {
                throw SentimentError(.badModel, "it has no line \(piece): a vocab.txt of a BERT model is needed")
            }
            return number
        }
        begin = try special("[CLS]")
        end = try special("[SEP]")
        unknown = try special("[UNK]")
        self.numbers = numbers
    }

    subscript(piece: some StringProtocol) -> Int64? { numbers[String(piece)] }
}
