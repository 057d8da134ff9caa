import COnnxRuntime
import Sentiment

/// A model that ONNX Runtime has loaded.
// Proof for `@unchecked`: both pointers are set once, and ONNX Runtime lets several threads ask one session.
final class Session: @unchecked Sendable {
    private let session: OpaquePointer
    let version: String

    private static let messageBytesMax = 500

    /// Loads the library, which stays, and the model, which goes with this.
    init(_ settings: OnnxClassifier.Settings) throws(SentimentError) {
        var message = [CChar](repeating: 0, count: Session.messageBytesMax)
        guard let library = conn_open(settings.library, &message, message.count) else {
            let reason = Session.text(message)
            // The loader names most files itself.
            let named = reason.hasPrefix(settings.library) ? reason : "\(settings.library): \(reason)"
            throw SentimentError(.unavailable, "\(named); install ONNX Runtime and name its library")
        }
        version = String(cString: conn_version(library))
        guard let session = conn_load(library, settings.model, Int32(settings.threads), &message, message.count) else {
            throw SentimentError(.badModel, "\(settings.model): \(Session.text(message))")
        }
        self.session = session
    }

    deinit { conn_unload(session) }

    /// The model's scores for one text; blocks while it works.
    func scores(of numbers: [Int64], count: Int) throws(SentimentError) -> [Float] {
        var scores = [Float](repeating: 0, count: count)
        var message = [CChar](repeating: 0, count: Session.messageBytesMax)
        let status = conn_run(session, numbers, numbers.count, &scores, count, &message, message.count)
        guard status == 0 else { throw SentimentError(.badModel, "the model fails: \(Session.text(message))") }
        guard scores.allSatisfy(\.isFinite) else { throw SentimentError(.badModel, "the model answers no numbers") }
        return scores
    }

    private static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
