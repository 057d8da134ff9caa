import Domain
import Testing

@testable import Sentiment

/// Figures of an evaluation, against those worked out by hand.
@Suite struct EvaluationTests {
    private func evaluation(_ rows: [[Int]]) -> Evaluation {
        var evaluation = Evaluation()
        for (row, expected) in zip(rows, SentimentLabel.allCases) {
            for (count, answered) in zip(row, SentimentLabel.allCases) {
                for _ in 0..<count { evaluation.add(expected: expected, answered: answered) }
            }
        }
        return evaluation
    }

    @Test func `accuracy, precision, recall and F1 are as worked out by hand`() {
        // Bullish, bearish, neutral: rows are labels, columns answers.
        let result = evaluation([[6, 1, 3], [2, 4, 0], [1, 1, 2]])
        #expect(result.count == 20)
        #expect(result.accuracy == 0.6)
        #expect(result[.bullish, .neutral] == 3 && result[.bearish, .bullish] == 2)
        let (bullish, bearish, neutral) = (result.classes[0], result.classes[1], result.classes[2])
        #expect(bullish.support == 10 && bullish.precision == 6.0 / 9 && bullish.recall == 0.6)
        #expect(bearish.support == 6 && bearish.precision == 4.0 / 6 && bearish.recall == 4.0 / 6)
        #expect(neutral.support == 4 && neutral.precision == 0.4 && neutral.recall == 0.5)
        #expect(abs(bullish.f1 - 12.0 / 19) < 1e-12)
        #expect(abs(bearish.f1 - 8.0 / 12) < 1e-12)
        #expect(abs(neutral.f1 - 4.0 / 9) < 1e-12)
        #expect(abs(result.macroF1 - (12.0 / 19 + 8.0 / 12 + 4.0 / 9) / 3) < 1e-12)
    }

    @Test func `a label that does not occur does not count`() {
        let result = evaluation([[3, 1, 0], [1, 3, 0], [0, 0, 0]])
        #expect(result.macroF1 == 0.75 && result.accuracy == 0.75)
        #expect(result.classes[2].precision == 0 && result.classes[2].recall == 0 && result.classes[2].f1 == 0)
        // One that is answered and never right does.
        #expect(abs(evaluation([[3, 0, 1], [0, 4, 0], [0, 0, 0]]).macroF1 - (6.0 / 7 + 1) / 3) < 1e-12)
    }

    @Test func `without a text all is 0`() {
        let result = Evaluation()
        #expect(result.count == 0 && result.accuracy == 0 && result.macroF1 == 0)
    }
}
