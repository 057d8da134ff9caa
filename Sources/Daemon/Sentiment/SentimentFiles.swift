import Sentiment
import Telemetry

/// What the `[sentiment]` section names and files hold: our keys at services, hidden from every log from now on, and the
/// model of the classifier that is part of the program.
struct SentimentFiles: Sendable {
    let huggingface: String?
    let tei: String?
    let builtin: LinearClassifier

    /// Blocks as long as reading files, and training the program's own model, takes.
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
        builtin =
            settings.modelFile.isEmpty ? .standard : LinearClassifier(try LinearModel(path: settings.modelFile))
    }
}
