import API
import Telemetry

/// The `[webhooks]` section as the routes take it: schemes and secrets.
enum WebhookSources {
    /// Blocks as long as reading small files takes.
    ///
    /// - Throws: `CredentialError` for a secret that cannot be read, or is too short to keep anybody out.
    static func read(
        _ loaded: LoadedConfig,
        environment: [String: String],
        redactor: Redactor
    ) throws(CredentialError) -> [WebhookRoutes.Source] {
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        var sources: [WebhookRoutes.Source] = []
        for settings in loaded.configuration.webhooks.sources {
            guard let secret = try credentials.resolve(settings.secret) else { continue }
            guard secret.byteCount >= Self.secretBytesMin else {
                throw CredentialError(
                    name: settings.secret.description,
                    reason: .tooShort(bytesMin: Self.secretBytesMin)
                )
            }
            let bytes = secret.reveal { text in
                _ = redactor.register(secret: text)
                return Array(text.utf8)
            }
            sources.append(
                WebhookRoutes.Source(
                    name: settings.name,
                    scheme: WebhookScheme(settings.scheme),
                    secret: bytes,
                    tolerance: .seconds(settings.toleranceSeconds)
                )
            )
        }
        return sources
    }

    private static let secretBytesMin = 16
}

extension WebhookScheme {
    init(_ scheme: WebhooksConfig.Scheme) {
        self =
            switch scheme {
            case .stripe: .stripe
            case .hmac: .hmac
            case .bearer: .bearer
            }
    }
}
