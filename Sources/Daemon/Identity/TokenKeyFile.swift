import Bus
import Identity
import JSON
import Telemetry

/// The file with the keys that the station has made for itself: JSON, for its owner only.
struct TokenKeyFile {
    /// A key and when it was made.
    struct Made: Sendable {
        let secret: String
        let madeAt: Timestamp
    }

    /// What is in the file: the key that signs and the one before it.
    struct Content: Sendable {
        let current: Made
        let previous: Made?
    }

    static let fileName = "identity-keys.json"
    private static let sizeBytesMax = 4096

    let path: String

    init(stateFolder: String) { path = "\(stateFolder)/\(TokenKeyFile.fileName)" }

    /// - Returns: `nil` when there is no such file.
    /// - Throws: `TokenKeyError` for one that is damaged or open to others.
    func read() throws(TokenKeyError) -> Content? {
        let file: ConfigFile.Content
        do {
            file = try ConfigFile.read(path, sizeBytesMax: TokenKeyFile.sizeBytesMax)
        } catch {
            if error.isMissing { return nil }
            throw TokenKeyError(.noPermission, "\(path) cannot be read: \(error)")
        }
        guard file.mode & 0o077 == 0 else {
            throw TokenKeyError(
                .noPermission,
                "\(path) can be read by others: chmod 600 it, or remove it for a new key"
            )
        }
        guard let value = try? JSONValue(parsing: file.bytes), let current = TokenKeyFile.made(value["current"]) else {
            throw TokenKeyError(.dataError, "\(path) is damaged: remove it, and a new key is made; all tokens end then")
        }
        return Content(current: current, previous: TokenKeyFile.made(value["previous"]))
    }

    private static func made(_ value: JSONValue?) -> Made? {
        guard let secret = value?["secret"]?.string, let time = value?["made_at"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        return Made(secret: secret, madeAt: time)
    }

    /// - Throws: `TokenKeyError` when it cannot be written; the old one stays.
    func write(_ content: Content) throws(TokenKeyError) {
        func value(_ made: Made?) -> JSONValue {
            made.map { ["secret": .string($0.secret), "made_at": .string($0.madeAt.description)] } ?? .null
        }
        let text = JSONValue.object(["current": value(content.current), "previous": value(content.previous)])
        do {
            try StateFile.replace(path, with: text.description + "\n")
        } catch {
            throw TokenKeyError(.cannotCreate, "\(path) cannot be written: \(error)")
        }
    }
}

/// Why access tokens cannot be signed; safe to log.
struct TokenKeyError: Error, Hashable, CustomStringConvertible {
    let code: ExitCode
    let text: String

    init(_ code: ExitCode, _ text: String) {
        self.code = code
        self.text = text
    }

    var description: String { text }
}
