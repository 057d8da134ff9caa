import Domain
import TestKit
import Testing

@testable import Sentiment

/// Training, and models as files.
@Suite struct TrainingTests {
    /// Small enough to be trained in every test.
    private static let texts = Array(OwnSentences.all.enumerated().filter { $0.offset % 3 == 0 }.map(\.element))

    private static func training(seed: UInt64 = 1) -> LinearTraining {
        var training = LinearTraining()
        training.seed = seed
        training.bits = 12
        training.epochsMax = 6
        return training
    }

    private static let model = Result { try training().train([texts]).model }

    @Test func `the program's own sentences can be read`() {
        #expect(OwnSentences.all.count > 400)
        for label in SentimentLabel.allCases { #expect(OwnSentences.all.count { $0.label == label } > 100) }
        #expect(Set(OwnSentences.all.map { TextKey.of($0.text) }).count == OwnSentences.all.count)
        #expect(OwnSentences.all.allSatisfy { !SentimentLimits.isTooShort($0.text) })
    }

    @Test(arguments: ["* odd", "+good", "no mark", " + a"])
    func `a sentence without a label is named by its line`(line: String) {
        let error = #expect(throws: SentimentError.self) { try OwnSentences.parse("+ fine\n# a remark\n\(line)") }
        #expect(error?.message.hasPrefix("sentences, line 3:") == true)
    }

    @Test func `the classifier of the program knows most of its own sentences`() {
        let classifier = LinearClassifier.standard
        var evaluation = Evaluation()
        for (text, answer) in zip(OwnSentences.all, classifier.answers(OwnSentences.all.map(\.text))) {
            evaluation.add(expected: text.label, answered: answer.label)
        }
        #expect(evaluation.accuracy > 0.9, "\(evaluation.accuracy)")
        #expect(OwnSentences.all.allSatisfy { classifier.model.hasSeen($0.text.uppercased()) })
        #expect(!classifier.model.hasSeen("Something that nobody has written"))
    }

    @Test func `the same texts and seed give the same model, bit by bit`() throws {
        let first = try Self.model.get()
        #expect(try Self.training().train([Self.texts]).model == first)
        #expect(try Self.training(seed: 2).train([Self.texts]).model.weights != first.weights)
    }

    @Test func `texts that stand there twice, and those that will judge, are not trained on`() throws {
        let more = Self.texts + [LabelledText(Self.texts[0].text.uppercased() + "!", .neutral)]
        let judging = ["  \(Self.texts[1].text)?"]
        let outcome = try Self.training().train([Self.texts, more], leavingOut: judging)
        #expect(outcome.repeated == Self.texts.count && outcome.leftOut == 2)
        #expect(!outcome.model.hasSeen(Self.texts[1].text) && outcome.model.hasSeen(Self.texts[0].text))
        let origin = outcome.model.origin
        #expect(origin.bullish + origin.bearish + origin.neutral == Self.texts.count - 1)
    }

    @Test func `a model learns what it is shown`() throws {
        let flowers = (0..<30).map { LabelledText("the gardener \($0) likes tulips", .bullish) }
        let stones = (0..<30).map { LabelledText("the gardener \($0) likes gravel", .bearish) }
        let model = try Self.training().train([flowers + stones]).model
        let answers = LinearClassifier(model).answers(["everybody likes tulips", "everybody likes gravel"])
        #expect(answers.map(\.label) == [.bullish, .bearish])
    }

    @Test func `a training needs two labels, and not too many texts`() {
        let one = #expect(throws: SentimentError.self) { try LinearTraining().train([[LabelledText("a", .bullish)]]) }
        #expect(one?.code == .badData && one?.message.contains("two labels") == true)
        #expect(throws: SentimentError.self) { try LinearTraining().train([]) }
        var wrong = LinearTraining()
        wrong.bits = 40
        #expect(throws: SentimentError.self) { try wrong.train([Self.texts]) }
        let many = (0...LinearTraining.textsMax).map { LabelledText("\($0)", .bullish) }
        let error = #expect(throws: SentimentError.self) { try LinearTraining().train([many]) }
        #expect(error?.code == .tooMuch)
    }

    // MARK: Files

    @Test func `a model comes back from its file as it was`() throws {
        let model = try Self.model.get()
        #expect(try LinearModel(fileBytes: model.fileBytes, name: "m") == model)
        let folder = try TemporaryFolder()
        try Files.write(model.fileBytes, to: folder.path("m"))
        let read = try LinearModel(path: folder.path("m"))
        let texts = OwnSentences.all.map(\.text)
        #expect(LinearClassifier(read).answers(texts) == LinearClassifier(model).answers(texts))
    }

    private func refusal(_ bytes: [UInt8]) -> String? {
        let error = #expect(throws: SentimentError.self) { try LinearModel(fileBytes: bytes, name: "m") }
        #expect(error?.code == .badModel)
        return error?.message
    }

    @Test func `what is no model is refused, with what to do`() throws {
        let advice = "m: is no sentiment model; make one with cryptocallctl sentiment train"
        for bytes in [[], Array("{}".utf8), [UInt8](repeating: 0, count: 4096)] { #expect(refusal(bytes) == advice) }
    }

    @Test func `a model that was cut or changed is refused`() throws {
        let bytes = try Self.model.get().fileBytes
        for count in [8, 40, 80, bytes.count / 2, bytes.count - 1] {
            #expect(refusal(Array(bytes.prefix(count)))?.contains("train it again") == true)
        }
        #expect(refusal(bytes + [0])?.contains("checksum") == true)
        for place in stride(from: 12, to: bytes.count, by: bytes.count / 40) {
            var changed = bytes
            changed[place] ^= 0x40
            #expect(refusal(changed)?.contains("checksum") == true)
        }
        var version = bytes
        version[8] = 9
        #expect(refusal(version) == "m: has format 9, and this program reads format 1; train it again")
        #expect(
            refusal(bytes + [UInt8](repeating: 0, count: LinearModel.fileBytesMax))?.contains("bytes; no model") == true
        )
    }

    /// A file whose checksum fits what was changed in it.
    private func forged(_ bytes: [UInt8], _ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var body = Array(bytes.dropLast(32))
        change(&body)
        return body + LinearModel.checksum(body)
    }

    @Test func `a model whose parts contradict each other is refused, whatever its checksum`() throws {
        let bytes = try Self.model.get().fileBytes
        // The features, the number of bits, the number of keys, a key, a feature, a weight.
        let last = bytes.count - 32 - 16
        #expect(refusal(forged(bytes) { $0[12] ^= 1 })?.contains("another lexicon") == true)
        #expect(refusal(forged(bytes) { $0[28] = 30 })?.contains("length") == true)
        #expect(refusal(forged(bytes) { $0[48] ^= 1 })?.contains("length") == true)
        #expect(refusal(forged(bytes) { $0[63] = 0xFF })?.contains("not in order") == true)
        #expect(
            refusal(
                forged(bytes) {
                    $0[last] = 0
                    $0[last + 1] = 0
                }
            )?.contains("not in order") == true
        )
        #expect(
            refusal(forged(bytes) { $0.replaceSubrange(last + 4..<last + 8, with: [0, 0, 0xC0, 0x7F]) })?
                .contains("no number") == true
        )
    }
}
