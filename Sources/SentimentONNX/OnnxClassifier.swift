import COnnxRuntime
package import Domain
package import Sentiment
import Threading

/// Classifies by a model of BERT's family that ONNX Runtime works out, such as FinBERT.
///
/// The library is no part of the program: it is looked for when the classifier is made. A text that is longer than the
/// model can take is asked for in parts, whose answers count by their length.
package final class OnnxClassifier: SentimentClassifier {
    /// Where the model is, and what its answers mean.
    package struct Settings: Hashable, Sendable {
        /// A path, or a name that the system's loader finds.
        package var library: String
        package var model: String
        /// `vocab.txt` of the model.
        package var vocabulary: String
        /// What the model's scores stand for, in their order.
        package var labels: [SentimentLabel]
        package var isUncased: Bool
        /// How many pieces of words the model takes at once, with the two that begin and end each text.
        package var piecesMax = 512
        package var threads = 1

        package init(
            library: String = "libonnxruntime.so",
            model: String,
            vocabulary: String,
            labels: [SentimentLabel] = [.bullish, .bearish, .neutral],
            isUncased: Bool = true
        ) {
            self.library = library
            self.model = model
            self.vocabulary = vocabulary
            self.labels = labels
            self.isUncased = isUncased
        }
    }

    package let method = "onnx"
    /// The version of ONNX Runtime.
    package let version: String
    private let settings: Settings
    private let pieces: WordPieces
    private let session: Session

    /// No vocabulary is larger, in bytes.
    private static let vocabularyBytesMax = 16 * 1024 * 1024
    /// How many parts of one text are asked for; a text of the largest size has fewer.
    private static let partsMax = 256

    /// Loads the library and the model; blocks on that.
    ///
    /// - Throws: `SentimentError`: `.unavailable` without the library, `.badModel` or `.unreadable` for the files.
    package init(_ settings: Settings) throws(SentimentError) {
        guard Set(settings.labels).count == settings.labels.count, (2...3).contains(settings.labels.count) else {
            throw SentimentError(.badModel, "labels: two or three different ones are needed")
        }
        let bytes = try WholeFile.read(path: settings.vocabulary, bytesMax: OnnxClassifier.vocabularyBytesMax)
        do throws(SentimentError) {
            let vocabulary = try Vocabulary(parsing: String(decoding: bytes, as: UTF8.self))
            pieces = WordPieces(vocabulary: vocabulary, isUncased: settings.isUncased)
        } catch {
            throw SentimentError(error.code, "\(settings.vocabulary): \(error.message)")
        }
        session = try Session(settings)
        version = session.version
        self.settings = settings
    }

    package func classify(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer] {
        try SentimentLimits.check(texts)
        let result = await withUnsafeContinuation {
            (done: UnsafeContinuation<Result<[SentimentAnswer], SentimentError>, Never>) in
            do {
                // Nobody joins it: it ends when the answers are there. The model works for a while, which nothing that
                // shares the concurrency pool should notice.
                _ = try OSThread(name: "onnx") { done.resume(returning: self.answers(texts)) }
            } catch {
                done.resume(returning: .failure(SentimentError(.unavailable, "no thread for the model: \(error)")))
            }
        }
        return try result.get()
    }

    private func answers(_ texts: [String]) -> Result<[SentimentAnswer], SentimentError> {
        Result { () throws(SentimentError) in
            var answers: [SentimentAnswer] = []
            for text in texts {
                answers.append(SentimentLimits.isTooShort(text) ? .tooShort(method: method) : try answer(text))
            }
            return answers
        }
    }

    private func answer(_ text: String) throws(SentimentError) -> SentimentAnswer {
        let numbers = pieces.numbers(of: text)
        let room = settings.piecesMax - 2
        var sums = [Double](repeating: 0, count: settings.labels.count)
        var (start, parts, counted) = (0, 0, 0)
        while start < numbers.count || parts == 0, parts < OnnxClassifier.partsMax {
            let part = numbers[start..<min(numbers.count, start + room)]
            let scores = try session.scores(
                of: [pieces.vocabulary.begin] + part + [pieces.vocabulary.end],
                count: settings.labels.count
            )
            let weight = max(1, part.count)
            for (place, share) in OnnxClassifier.shares(scores).enumerated() { sums[place] += share * Double(weight) }
            (start, parts, counted) = (start + part.count, parts + 1, counted + weight)
            if part.isEmpty { break }
        }
        func share(_ label: SentimentLabel) -> Double {
            settings.labels.firstIndex(of: label).map { sums[$0] / Double(counted) } ?? 0
        }
        let shares = SentimentScores(bullish: share(.bullish), bearish: share(.bearish), neutral: share(.neutral))
        let isCut = start < numbers.count
        return SentimentAnswer(
            score: shares.bullish - shares.bearish,
            scores: shares,
            method: method,
            warning: isCut ? "only the first \(OnnxClassifier.partsMax) parts of the text were looked at" : nil
        )
    }

    /// What the model's scores mean: the larger one, the more probable its label.
    static func shares(_ scores: [Float]) -> [Double] {
        let scores = scores.map(Double.init)
        let sum = scores.reduce(0, +)
        // Some models do this last step themselves.
        if scores.allSatisfy({ $0 >= 0 }), abs(sum - 1) < 1e-3 { return scores.map { $0 / sum } }
        let highest = scores.max() ?? 0
        let raised = scores.map { exponential($0 - highest) }
        let total = raised.reduce(0, +)
        return raised.map { $0 / total }
    }
}
