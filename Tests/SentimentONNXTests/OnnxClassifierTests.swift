import Domain
import FoundationEssentials
import Sentiment
import Testing

@testable import SentimentONNX

/// What becomes of scores, and of files that are no model.
///
/// The library itself is proved from outside, where it is there.
@Suite struct OnnxClassifierTests {
    @Test func `scores become shares, and shares stay what they are`() {
        let shares = OnnxClassifier.shares([2, 0, 0])
        #expect(abs(shares[0] - 0.786_986) < 1e-6 && abs(shares.reduce(0, +) - 1) < 1e-12 && shares[1] == shares[2])
        #expect(OnnxClassifier.shares([0.5, 0.25, 0.25]) == [0.5, 0.25, 0.25])
        let large = OnnxClassifier.shares([1000, -1000])
        #expect(large[0] == 1 && large[1] < 1e-300)
    }

    private func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)").path()
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func `without the library it says what to install`() throws {
        let vocabulary = try file("[UNK]\n[CLS]\n[SEP]\n")
        defer { try? FileManager.default.removeItem(atPath: vocabulary) }
        let settings = OnnxClassifier.Settings(library: "/nowhere/lib.so", model: "m.onnx", vocabulary: vocabulary)
        let error = #expect(throws: SentimentError.self) { try OnnxClassifier(settings) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("/nowhere/lib.so") == true && error?.message.contains("install") == true)
    }

    @Test func `a library that is something else is told as that`() throws {
        let vocabulary = try file("[UNK]\n[CLS]\n[SEP]\n")
        defer { try? FileManager.default.removeItem(atPath: vocabulary) }
        let settings = OnnxClassifier.Settings(library: "libc.so.6", model: "m.onnx", vocabulary: vocabulary)
        let error = #expect(throws: SentimentError.self) { try OnnxClassifier(settings) }
        #expect(error?.code == .unavailable && error?.message.contains("no ONNX Runtime") == true)
    }

    @Test func `a missing vocabulary and labels that say nothing are named`() {
        var settings = OnnxClassifier.Settings(library: "libc.so.6", model: "m", vocabulary: "/nowhere/vocab.txt")
        let missing = #expect(throws: SentimentError.self) { try OnnxClassifier(settings) }
        #expect(missing?.code == .unreadable && missing?.message.contains("/nowhere/vocab.txt") == true)
        settings.labels = [.bullish, .bullish]
        let same = #expect(throws: SentimentError.self) { try OnnxClassifier(settings) }
        #expect(same?.message.contains("labels") == true)
    }
}
