import Domain
import FoundationEssentials
import Sentiment
import Testing

@testable import SentimentONNX

/// The real library with a tiny model; where it is, the variable says.
private let library = ProcessInfo.processInfo.environment["CRYPTOCALL_ONNX_LIBRARY"]

@Suite(.enabled(if: library != nil, "CRYPTOCALL_ONNX_LIBRARY names no libonnxruntime.so"))
struct RealLibraryTests {
    /// Adds up a row of three scores for each piece: `good` has 4, -1, 0, `bad` -1, 4, 0, `flat` 0, 0, 2, the rest nothing.
    private static let model = """
        CAg62QMKKAoDZW1iCglpbnB1dF9pZHMSAWciBkdhdGhlcioLCgRheGlzGACgAQIKJQoOYXR0ZW50aW9uX21hc2sSAm1mIgRDYXN0\
        KgkKAnRvGAGgAQIKFwoCbWYKAmF4EgJtdSIJVW5zcXVlZXplChAKAWcKAm11EgJnbSIDTXVsCi0KAmdtCgNheDESBmxvZ2l0cyIJ\
        UmVkdWNlU3VtKg8KCGtlZXBkaW1zGACgAQISBHRpbnkqngEIDAgDEAFCA2VtYkqQAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgEAAAIC/AAAAAAAAgL8AAIBAAAAAAAAAAAAAAAAAAAAAQAAAAD8A\
        AIA+AAAAPgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACoSCAEQB0ICYXhKCAIAAAAAAAAAKhMIARAHQgNheDFK\
        CAEAAAAAAAAAWh0KCWlucHV0X2lkcxIQCg4IBxIKCgMSAWIKAxIBc1oiCg5hdHRlbnRpb25fbWFzaxIQCg4IBxIKCgMSAWIKAxIB\
        c2IZCgZsb2dpdHMSDwoNCAESCQoDEgFiCgIIA0IECgAQDQ==
        """

    private static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nnews\ngood\nbad\nflat\n"

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try #require(Data(base64Encoded: RealLibraryTests.model)).write(to: folder.appending(path: "model.onnx"))
        try Data(RealLibraryTests.vocabulary.utf8).write(to: folder.appending(path: "vocab.txt"))
        return folder
    }

    private func settings(_ folder: URL) throws -> OnnxClassifier.Settings {
        OnnxClassifier.Settings(
            library: try #require(library),
            model: folder.appending(path: "model.onnx").path(),
            vocabulary: folder.appending(path: "vocab.txt").path()
        )
    }

    @Test func `a model answers as it was made to`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let classifier = try OnnxClassifier(settings(folder))
        #expect(!classifier.version.isEmpty)
        let answers = try await classifier.classify(["good good news", "bad news news", "flat flat news", "no"])
        #expect(answers.map(\.label) == [.bullish, .bearish, .neutral, .neutral])
        // Of 8, -2, 0.
        #expect(abs(answers[0].scores.bullish - 0.999_619) < 1e-6)
        #expect(answers[0].method == "onnx" && answers[3].warning != nil)
    }

    @Test func `a long text is asked for in parts, all of which count`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var settings = try settings(folder)
        settings.piecesMax = 6
        let classifier = try OnnxClassifier(settings)
        // Two parts of four pieces each, which say the opposite of one another.
        let answer = try await classifier.classify(["good good good good bad bad bad bad"])[0]
        #expect(abs(answer.score) < 1e-6 && abs(answer.scores.bullish - 0.5) < 1e-6)
        let tail = try await classifier.classify(["news news news news news news news news good"])[0]
        #expect(tail.scores.bullish > 0.3 && tail.score > 0)
    }

    @Test func `a file that is no model, and one with other labels, are told as that`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var two = try settings(folder)
        two.labels = [.bullish, .bearish]
        let classifier = try OnnxClassifier(two)
        let wrong = await #expect(throws: SentimentError.self) { try await classifier.classify(["good news for all"]) }
        #expect(wrong?.message.contains("one for each label") == true)
        try Data("no model".utf8).write(to: folder.appending(path: "model.onnx"))
        let error = #expect(throws: SentimentError.self) { try OnnxClassifier(settings(folder)) }
        #expect(error?.code == .badModel && error?.message.contains("model.onnx") == true)
    }
}
