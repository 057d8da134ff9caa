import Domain
import Sentiment
import SentimentONNX
import Telemetry

/// What the `[sentiment]` section names and files hold: our keys at services, hidden from every log from now on, the
/// model of the classifier that is part of the program, and one for ONNX Runtime.
struct SentimentFiles: Sendable {
    let huggingface: String?
    let tei: String?
    let builtin: any SentimentClassifier
    /// The classifier, or why there is none.
    let onnx: Result<OnnxClassifier, SentimentError>

    /// Blocks as long as reading files takes.
    ///
    /// - Throws: `CredentialError`, or `SentimentError` for a file that is no model.
    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) throws {
        let settings = loaded.configuration.sentiment
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        func key(_ credential: Credential) throws(CredentialError) -> String? {
            guard let secret = try credentials.resolve(credential) else { return nil }
            secret.reveal { _ = redactor.register(secret: $0) }
            return secret.reveal { $0 }
        }
        huggingface = try key(settings.huggingfaceKey)
        tei = try key(settings.teiKey)
        if settings.modelFile.isEmpty {
            builtin = StandardClassifier()
        } else {
            builtin = LinearClassifier(try LinearModel(path: settings.modelFile))
        }
        onnx = SentimentFiles.onnx(settings)
    }

    /// Loads nothing while nobody is to be asked by it.
    private static func onnx(_ settings: SentimentConfig) -> Result<OnnxClassifier, SentimentError> {
        func lack(_ reason: String) -> Result<OnnxClassifier, SentimentError> {
            .failure(SentimentError(.unavailable, reason))
        }
        guard settings.order.contains(.onnx) else { return lack("sentiment.order does not name it") }
        if settings.onnxModel.isEmpty { return lack("sentiment.onnx_model is not set") }
        if settings.onnxVocabulary.isEmpty { return lack("sentiment.onnx_vocabulary is not set") }
        return Result { () throws(SentimentError) in
            try OnnxClassifier(
                OnnxClassifier.Settings(
                    library: settings.onnxLibrary,
                    model: settings.onnxModel,
                    vocabulary: settings.onnxVocabulary,
                    labels: settings.onnxLabels.map(SentimentLabel.init),
                    isUncased: settings.onnxUncased
                )
            )
        }
    }
}

extension SentimentLabel {
    fileprivate init(_ label: SentimentConfig.OnnxLabel) {
        self =
            switch label {
            case .positive: .bullish
            case .negative: .bearish
            case .neutral: .neutral
            }
    }
}
