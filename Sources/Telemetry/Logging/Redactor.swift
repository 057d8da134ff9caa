import Threading

/// Keeps secrets out of everything the station writes about itself.
///
/// A field is hidden when its key names a secret (`password`, `api_key`, `authorization` …). A registered value is
/// hidden wherever it turns up, in messages and in the middle of longer values. Passwords inside URLs are always hidden.
package final class Redactor: Sendable {
    /// What stands in a secret's place.
    package static let mark = "[redacted]"
    /// Shorter values are refused: hiding every `ab` would ruin the log and protect nothing.
    package static let sizeBytesMin = 6

    private struct Secrets {
        /// Longest first, so that a secret that contains another leaves no rest.
        var values: [[UInt8]] = []
    }

    private let secrets = Mutex(Secrets())

    package init() {}

    /// Hides this value from now on, also where it appears percent-encoded.
    ///
    /// - Returns: `false` when the value is too short to be hidden.
    @discardableResult
    package func register(secret: String) -> Bool {
        let bytes = [UInt8](secret.utf8)
        guard bytes.count >= Redactor.sizeBytesMin else { return false }
        let encoded = Redactor.percentEncoded(bytes)
        secrets.withLock { secrets in
            for value in [bytes, encoded] where !secrets.values.contains(value) { secrets.values.append(value) }
            secrets.values.sort { $0.count > $1.count }
        }
        return true
    }

    /// The text with every registered secret and every URL password replaced.
    package func redact(_ text: String) -> String {
        let values = secrets.withLock { $0.values }
        let bytes = [UInt8](text.utf8)
        var result = bytes
        for value in values { result = ByteSearch.replacing(value, in: result, with: Redactor.markBytes) }
        result = Redactor.hidingURLPasswords(in: result)
        return result == bytes ? text : String(decoding: result, as: UTF8.self)
    }

    /// The value of a field as it may be shown.
    package func redact(_ value: String, key: String) -> String {
        Redactor.isSecretKey(key) ? Redactor.mark : redact(value)
    }

    /// Changes a record in place to what may be shown.
    package func redact(_ record: inout LogRecord) {
        record.message = redact(record.message)
        for index in record.fields.indices {
            record.fields[index].value = redact(record.fields[index].value, key: record.fields[index].key)
        }
    }

    /// Whether a key, or any part of a dotted key, names a secret.
    ///
    /// Case and separators do not matter (`apiKey`, `API-KEY`, `api_key`); `tokens` is a count and not a secret.
    package static func isSecretKey(_ key: String) -> Bool {
        key.utf8.split(separator: UInt8(ascii: ".")).contains { part in
            let letters = String(decoding: part.compactMap(lowercasedLetter), as: UTF8.self)
            return secretEndings.contains { letters.hasSuffix($0) }
        }
    }

    private static let secretEndings = [
        "password", "passwd", "passphrase", "secret", "secretkey", "apikey", "privatekey", "accesskey", "signingkey",
        "token", "authorization", "cookie", "credential", "credentials", "mnemonic", "streamkey",
    ]

    private static let markBytes = [UInt8](mark.utf8)

    private static func lowercasedLetter(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: nil
        }
    }

    private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
        let digits = [UInt8]("0123456789ABCDEF".utf8)
        return bytes.flatMap { byte -> [UInt8] in
            if lowercasedLetter(byte) != nil || "-._~".utf8.contains(byte) { return [byte] }
            return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    /// Replaces the password in `scheme://user:password@host`.
    private static func hidingURLPasswords(in bytes: [UInt8]) -> [UInt8] {
        let separator = [UInt8]("://".utf8)
        var result = bytes
        var start = 0
        while let scheme = ByteSearch.first(separator, in: result, from: start) {
            let authority = scheme + separator.count
            // The authority ends at the first byte that no authority can hold; only the last `@` in it counts.
            let end = result[authority...].firstIndex { $0 <= 0x20 || "/?#\"'<>".utf8.contains($0) } ?? result.endIndex
            start = end
            guard let at = result[authority..<end].lastIndex(of: UInt8(ascii: "@")),
                let colon = result[authority..<at].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            result.replaceSubrange((colon + 1)..<at, with: markBytes)
            start = colon
        }
        return result
    }
}
