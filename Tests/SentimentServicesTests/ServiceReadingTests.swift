import Domain
import JSON
import Sentiment
import Testing

@testable import SentimentServices

/// What services answer, in the shapes that they are known to use, and in those that they are not.
struct ServiceReadingTests {
    private func read(_ text: String, count: Int = 1) throws -> [SentimentScores]? {
        ServiceReading.scores(try JSONValue(parsing: Array(text.utf8)), count: count)
    }

    private static let labels = #"[{"label":"positive","score":0.75},{"label":"NEGATIVE","score":0.25}]"#

    @Test(arguments: [
        labels, "[\(labels)]", #"{"sequence":"x","labels":["bullish","bearish"],"scores":[0.75,0.25]}"#,
        #"[{"labels":["bullish","bearish"],"scores":[0.75,0.25]}]"#,
    ])
    func `one piece is read in every shape`(text: String) throws {
        #expect(try read(text) == [SentimentScores(bullish: 0.75, bearish: 0.25, neutral: 0)])
    }

    @Test func `what is not told of speaks for neither side`() throws {
        #expect(
            try read(#"[[{"label":"bullish","score":0.5}],[{"label":"bear","score":1}]]"#, count: 2) == [
                SentimentScores(bullish: 0.5, bearish: 0, neutral: 0.5),
                SentimentScores(bullish: 0, bearish: 1, neutral: 0),
            ]
        )
    }

    @Test(arguments: [
        "{}", "[]", "null", #""positive""#, #"[{"label":"LABEL_0","score":0.9}]"#, #"[{"label":"positive"}]"#,
        #"[{"label":"positive","score":"0.9"}]"#, #"[{"label":"positive","score":1.5}]"#,
        #"[{"label":"positive","score":-0.1}]"#, #"[{"label":"positive","score":0}]"#,
        #"[{"label":"positive","score":0.9},{"label":"negative","score":0.9}]"#,
        #"{"labels":["bullish"],"scores":[0.5,0.5]}"#, #"{"error":"loading","estimated_time":20}"#,
    ])
    func `anything else is no answer`(text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test func `an answer about another number of pieces is none`() throws {
        #expect(try read("[\(Self.labels)]", count: 2) == nil)
        #expect(try read("[\(Self.labels),\(Self.labels)]", count: 1) == nil)
        #expect(try read(Self.labels, count: 2) == nil)
    }

    @Test func `a model's answer has to be complete and within bounds`() throws {
        func scores(_ text: String, _ count: Int) throws -> [SentimentScores]? {
            ModelClassifier.scores(try JSONValue(parsing: Array(text.utf8)), count: count)
        }
        let two = #"{"answers":[{"label":"bearish","confidence":0.75},{"label":"neutral","confidence":0.5}]}"#
        #expect(
            try scores(two, 2) == [
                SentimentScores(bullish: 0, bearish: 0.75, neutral: 0.25),
                SentimentScores(bullish: 0.25, bearish: 0.25, neutral: 0.5),
            ]
        )
        #expect(try scores(two, 1) == nil && scores(two, 3) == nil)
        #expect(try scores(#"{"answers":[{"label":"good","confidence":1}]}"#, 1) == nil)
        #expect(try scores(#"{"answers":[{"label":"bullish","confidence":1.1}]}"#, 1) == nil)
        #expect(try scores(#"{"answers":[{"label":"bullish"}]}"#, 1) == nil)
    }
}
