import Telemetry

/// Our keys at the providers, by the provider's name; hidden from every log from now on.
struct ModelKeys {
    private var keys: [String: Secret] = [:]

    /// Blocks as long as reading small files takes.
    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) throws(CredentialError) {
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        for (name, provider) in loaded.configuration.llm.providers {
            guard let key = try credentials.resolve(provider.key) else { continue }
            key.reveal { _ = redactor.register(secret: $0) }
            keys[name] = key
        }
    }

    func key(of provider: String) -> String? { keys[provider]?.reveal { $0 } }
}
