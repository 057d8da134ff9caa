import COpenSSL

/// Proves that somebody who knows a secret has written a message: HMAC with SHA-256 (RFC 2104).
package enum MessageCode {
    /// - Returns: 32 bytes; `nil` when OpenSSL refuses.
    package static func sha256(of message: [UInt8], secret: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let isDone = HMAC(EVP_sha256(), secret, Int32(secret.count), message, message.count, &code, &count) != nil
        return isDone && count == 32 ? code : nil
    }

    /// Whether two codes, or two secrets, are equal, in a time that does not tell where they differ.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { ConstantTime.areEqual(left, right) }
}
