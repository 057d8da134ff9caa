import Domain
import Sentiment
import Testing

@testable import SentimentServices

/// How texts are cut for a service, and put together again.
struct TextBatchTests {
    @Test func `short texts are not asked about, and long ones in pieces that count by their length`() throws {
        let half = String(repeating: "Bitcoin rises again. ", count: 57)
        let batch = try TextBatch(["short", half + half, "A text as it should be."])
        #expect(batch.pieces.count == 3)
        #expect(batch.pieces[0] + batch.pieces[1] == half + half)
        #expect(batch.pieces.allSatisfy { $0.utf8.count <= TextBatch.pieceBytesMax })
        let answers = batch.answers(
            [
                SentimentScores(bullish: 1, bearish: 0, neutral: 0),
                SentimentScores(bullish: 0, bearish: 1, neutral: 0),
                SentimentScores(bullish: 0, bearish: 0, neutral: 1),
            ],
            method: "x"
        )
        #expect(answers.count == 3 && answers.allSatisfy { $0.method == "x" })
        #expect(answers[0].warning != nil && answers[0].score == 0 && answers[0].label == .neutral)
        let first = Double(batch.pieces[0].utf8.count) / Double((half + half).utf8.count)
        #expect(abs(answers[1].score - (2 * first - 1)) < 1e-9)
        #expect(answers[2].score == 0 && answers[2].warning == nil)
    }

    @Test func `more than a service takes is refused`() throws {
        let long = String(repeating: "word ", count: 240)
        #expect(
            try TextBatch([String](repeating: long, count: TextBatch.piecesMax)).pieces.count == TextBatch.piecesMax
        )
        #expect(throws: SentimentError.self) {
            try TextBatch([String](repeating: long, count: TextBatch.piecesMax + 1))
        }
    }
}
