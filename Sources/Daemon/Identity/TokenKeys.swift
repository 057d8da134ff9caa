import Bus
import Identity
import Telemetry

/// Where the keys come from that sign access tokens: the credentials of the settings, or a file that the station makes.
///
/// Reading and writing block for as long as a small file takes.
struct TokenKeys: Sendable {
    private let settings: IdentityConfig
    private let credentials: CredentialStore
    private let file: TokenKeyFile
    private let redactor: Redactor

    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) {
        settings = loaded.configuration.identity
        credentials = CredentialStore(layout: loaded.layout, environment: environment)
        file = TokenKeyFile(stateFolder: loaded.layout.stateDirectory)
        self.redactor = redactor
    }

    /// Whether the station has made the key itself.
    var areMade: Bool { !settings.tokenKey.isSet }
    /// The file of the keys it has made.
    var path: String { file.path }

    /// The keys in force, and when the one that signs was made where that is known; makes one at the first start.
    ///
    /// - Throws: `TokenKeyError`, with `.config` for a secret that anybody could guess; `CredentialError`.
    func load(at now: Timestamp) throws -> (keys: SigningKeys, madeAt: Timestamp?) {
        guard areMade else {
            let current = try credential(settings.tokenKey, "identity.token_key")
            let previous = try credential(settings.tokenKeyPrevious, "identity.token_key_previous")
            guard let current else { throw TokenKeyError(.config, "identity.token_key is empty") }
            return (SigningKeys(current: current, previous: previous), nil)
        }
        if let content = try file.read() { return (try keys(content), content.current.madeAt) }
        let content = TokenKeyFile.Content(
            current: TokenKeyFile.Made(secret: try SigningKey.makeSecret(), madeAt: now),
            previous: nil
        )
        try file.write(content)
        return (try keys(content), now)
    }

    /// Makes another key; the one in force becomes the one before it.
    ///
    /// - Throws: `TokenKeyError` when the keys are those of the settings, or the file cannot be read or written.
    func rotate(at now: Timestamp) throws -> SigningKeys {
        guard areMade else {
            throw TokenKeyError(
                .config,
                "the key comes from the settings: put the new one into identity.token_key, the old one into "
                    + "identity.token_key_previous, and restart"
            )
        }
        guard let old = try file.read() else { throw TokenKeyError(.noInput, "\(file.path) is gone") }
        let content = TokenKeyFile.Content(
            current: TokenKeyFile.Made(secret: try SigningKey.makeSecret(), madeAt: now),
            previous: old.current
        )
        let keys = try keys(content)
        try file.write(content)
        return keys
    }

    private func keys(_ content: TokenKeyFile.Content) throws -> SigningKeys {
        SigningKeys(
            current: try key(content.current.secret, file.path),
            previous: try content.previous.map { try key($0.secret, file.path) }
        )
    }

    private func credential(_ credential: Credential, _ name: String) throws -> SigningKey? {
        guard let secret = try credentials.resolve(credential) else { return nil }
        return try secret.reveal { text throws in try key(text, name) }
    }

    private func key(_ secret: String, _ place: String) throws -> SigningKey {
        redactor.register(secret: secret)
        do {
            return try SigningKey(secret: secret)
        } catch let weak as WeakKey {
            throw TokenKeyError(.config, "\(place): the secret \(weak.reason)")
        }
    }
}
