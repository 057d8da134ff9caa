import Bus
import Chains
import Foundation
import JSON
import Telemetry
import WalletAnalysis

/// Where the key comes from that reports are signed with: the credential of the settings, or a file that the station
/// makes at its first start.
///
/// Reading and writing block for as long as a small file takes.
struct ReportKey {
    private static let fileName = "oracle-key.json"
    private static let sizeBytesMax = 4096

    private let settings: OracleConfig
    private let credentials: CredentialStore
    private let path: String
    private let redactor: Redactor

    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) {
        settings = loaded.configuration.oracle
        credentials = CredentialStore(layout: loaded.layout, environment: environment)
        path = "\(loaded.layout.stateDirectory)/\(ReportKey.fileName)"
        self.redactor = redactor
    }

    /// - Throws: `ReportKeyError`; `CredentialError`.
    func load(at now: Timestamp) throws -> ReportSigner {
        if let secret = try credentials.resolve(settings.reportKey) { return try ReportSigner(key(secret)) }
        if let seed = try read() { return try ReportSigner(key(seed)) }
        var generator = SystemRandomNumberGenerator()
        let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try write(seed, at: now)
        return try ReportSigner(key(seed))
    }

    private func key(_ secret: Secret) throws -> Ed25519.SigningKey {
        var bytes = secret.reveal { text -> [UInt8] in
            _ = redactor.register(secret: text)
            let value = try? JSONValue(parsing: Array(text.utf8))
            return value?.array?.compactMap { $0.int.flatMap(UInt8.init(exactly:)) } ?? []
        }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        return try key(bytes)
    }

    private func key(_ bytes: [UInt8]) throws -> Ed25519.SigningKey {
        do {
            return try Ed25519.SigningKey(bytes)
        } catch {
            throw ReportKeyError(
                "the key for reports must be a JSON list of 64 numbers, or of the 32 of a seed: \(error)"
            )
        }
    }

    // MARK: The file

    private func read() throws -> [UInt8]? {
        let file: ConfigFile.Content
        do {
            file = try ConfigFile.read(path, sizeBytesMax: ReportKey.sizeBytesMax)
        } catch {
            if error.isMissing { return nil }
            throw ReportKeyError("\(path) cannot be read: \(error)")
        }
        guard file.mode & 0o077 == 0 else {
            throw ReportKeyError("\(path) can be read by others: chmod 600 it, or remove it for a new key")
        }
        guard let text = (try? JSONValue(parsing: file.bytes))?["seed"]?.string,
            let seed = Data(base64Encoded: text), seed.count == 32
        else { throw ReportKeyError("\(path) is damaged: remove it, and a new key is made") }
        _ = redactor.register(secret: text)
        return [UInt8](seed)
    }

    private func write(_ seed: [UInt8], at now: Timestamp) throws {
        let text = Data(seed).base64EncodedString()
        _ = redactor.register(secret: text)
        let content: JSONValue = ["seed": .string(text), "made_at": .string(now.description)]
        do {
            try StateFile.replace(path, with: content.description + "\n")
        } catch {
            throw ReportKeyError("\(path) cannot be written: \(error)")
        }
    }
}

/// Why reports cannot be signed; safe to log.
struct ReportKeyError: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
