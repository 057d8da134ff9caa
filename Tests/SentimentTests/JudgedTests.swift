import Domain
import TestKit
import Testing

@testable import Sentiment

/// What the classifiers make of texts that other people have labelled, none of which they were trained on.
///
/// The texts are kept beside the project and never in it; they judge, and no part of them is shipped.
@Suite(.enabled(if: TestData.has("sentiment"), "no labelled texts here: CRYPTOCALL_TEST_DATA names their folder"))
struct JudgedTests {
    private static func texts(_ name: String, only filter: String? = nil) throws -> [LabelledText] {
        var format = LabelledFile.Format()
        if let filter { format.filters = [try RowFilter(filter)] }
        return try LabelledFile.read(path: "\(TestData.folder)/sentiment/\(name)", format: format).texts
    }

    /// The texts of a source without those that differ from a judging one in nothing but figures.
    private static func distinct(_ source: [LabelledText], from judging: [LabelledText]) -> [LabelledText] {
        let keys = Set(judging.map { TextKey.of($0.text, ignoringFigures: true) })
        return source.filter { !keys.contains(TextKey.of($0.text, ignoringFigures: true)) }
    }

    private static func evaluation(_ classifier: LinearClassifier, _ judging: [LabelledText]) -> Evaluation {
        var evaluation = Evaluation()
        for (text, answer) in zip(judging, classifier.answers(judging.map(\.text))) {
            evaluation.add(expected: text.label, answered: answer.label)
        }
        return evaluation
    }

    private static func trained(on sources: [[LabelledText]], without judging: [LabelledText]) throws
        -> LinearClassifier
    {
        let outcome = try LinearTraining().train(
            sources.map { distinct($0, from: judging) } + [OwnSentences.all],
            leavingOut: judging.map(\.text)
        )
        #expect(!judging.contains { outcome.model.hasSeen($0.text) })
        return LinearClassifier(outcome.model)
    }

    @Test func `every row of the files is read`() throws {
        #expect(try Self.texts("phrasebank_dev.csv").count == 2890)
        #expect(try Self.texts("cryptolin_dev.csv").count == 1594)
        #expect(try Self.texts("stockemotions_val.csv").count == 1000)
        #expect(try Self.texts("semeval2017_task5_headlines_dev.json").count > 500)
    }

    @Test func `sentences on which all annotators agree are told apart`() throws {
        let judging = try Self.texts("phrasebank_dev.csv", only: "agree=All")
        let classifier = try Self.trained(
            on: [
                try Self.texts("phrasebank_dev.csv", only: "agree!=All"),
                try Self.texts("semeval2017_task5_headlines_dev.json"), try Self.texts("stockemotions_val.csv"),
            ],
            without: judging
        )
        let result = Self.evaluation(classifier, judging)
        #expect(result.accuracy >= 0.8, "\(result.accuracy) \(result.macroF1) \(result.confusion)")
    }

    @Test func `headlines about crypto are told apart without one of them in the training`() throws {
        let judging = try Self.texts("cryptolin_dev.csv")
        let classifier = try Self.trained(
            on: [
                try Self.texts("phrasebank_dev.csv"), try Self.texts("semeval2017_task5_headlines_dev.json"),
                try Self.texts("stockemotions_val.csv"),
            ],
            without: judging
        )
        let result = Self.evaluation(classifier, judging)
        #expect(result.accuracy >= 0.58, "\(result.accuracy) \(result.macroF1) \(result.confusion)")
        #expect(result.macroF1 >= 0.52, "\(result.accuracy) \(result.macroF1) \(result.confusion)")
    }
}
