import Domain
import Testing

@testable import Sentiment

/// Scores, labels and levels, and what goes into one call.
@Suite struct AnswerTests {
    @Test(arguments: [
        (-1.0, SentimentLevel.veryNegative), (-0.6001, .veryNegative), (-0.6, .negative), (-0.2001, .negative),
        (-0.2, .neutral), (0.0, .neutral), (0.1999, .neutral), (0.2, .positive), (0.5999, .positive),
        (0.6, .veryPositive), (1.0, .veryPositive),
    ])
    func `every score has a name, both ends too`(score: Double, level: SentimentLevel) {
        #expect(SentimentLevel(score: score) == level)
    }

    @Test(arguments: [1.0001, -1.0001, .nan, .infinity, -.infinity])
    func `what is no score has no name`(score: Double) {
        #expect(SentimentLevel(score: score) == nil)
    }

    @Test func `levels are called as people are told them`() {
        #expect(
            SentimentLevel.allCases.map(\.rawValue) == [
                "very_negative", "negative", "neutral", "positive", "very_positive",
            ]
        )
    }

    @Test func `the label is the most probable, and neutral in doubt`() {
        func label(_ bullish: Double, _ bearish: Double, _ neutral: Double) -> SentimentLabel {
            SentimentScores(bullish: bullish, bearish: bearish, neutral: neutral).label
        }
        #expect(label(0.5, 0.3, 0.2) == .bullish)
        #expect(label(0.3, 0.5, 0.2) == .bearish)
        #expect(label(0.4, 0.2, 0.4) == .neutral)
        #expect(label(0.4, 0.4, 0.2) == .neutral)
    }

    @Test func `an answer's confidence is the probability of its label`() {
        let scores = SentimentScores(bullish: 0.2, bearish: 0.7, neutral: 0.1)
        let answer = SentimentAnswer(score: -1.5, scores: scores, method: "x")
        #expect(answer.label == .bearish && answer.confidence == 0.7 && answer.score == -1)
    }

    @Test(arguments: ["", "   ", "Too short", "  Too short \n", "🚀🚀🚀🚀🚀🚀🚀🚀🚀", "été été é"])
    func `a text of fewer than ten characters is neutral, with a warning`(text: String) async throws {
        for classifier in [KeywordClassifier(), LinearClassifier.standard] as [any SentimentClassifier] {
            let answer = try #require(try await classifier.classify([text]).first)
            #expect(answer.label == .neutral && answer.score == 0 && answer.confidence == 1)
            #expect(answer.warning == "the text has fewer than 10 characters")
            #expect(answer.method == classifier.method)
        }
    }

    @Test(arguments: ["Bank fails", "🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀", " a b c d e f"])
    func `ten characters are enough`(text: String) async throws {
        let answers = try await KeywordClassifier().classify([text])
        #expect(answers.map(\.warning) == [nil])
    }

    @Test func `each text has its answer, in order`() async throws {
        let texts = ["Bitcoin surges to a record high", "Exchange hacked, funds stolen", "The meeting is on Monday"]
        for classifier in [KeywordClassifier(), LinearClassifier.standard] as [any SentimentClassifier] {
            let answers = try await classifier.classify(texts)
            #expect(answers.map(\.label) == [.bullish, .bearish, .neutral], "\(classifier.method)")
            for answer in answers {
                let sum = answer.scores.bullish + answer.scores.bearish + answer.scores.neutral
                #expect(abs(sum - 1) < 1e-9 && answer.warning == nil)
            }
        }
        #expect(try await KeywordClassifier().classify([]).isEmpty)
    }

    @Test func `too much for one call is refused, by name`() async throws {
        func message(_ texts: [String]) async -> String? {
            do throws(SentimentError) {
                _ = try await KeywordClassifier().classify(texts)
                return nil
            } catch {
                return error.code == .tooMuch ? error.message : nil
            }
        }
        let long = String(repeating: "a", count: SentimentLimits.textBytesMax + 1)
        #expect(await message(["fine", long])?.hasPrefix("texts[1]: has 65537 bytes") == true)
        let many = [String](repeating: "a", count: SentimentLimits.textsMax + 1)
        #expect(await message(many)?.hasPrefix("texts: there are 1025") == true)
        let heavy = [String](repeating: String(long.dropLast()), count: 17)
        #expect(await message(heavy)?.contains("bytes together") == true)
        #expect(await message(heavy.dropLast()) == nil)
    }
}
