import COpenSSL

/// The SHA-256 of a secret: what is kept of it, and what it is found by.
///
/// Only of secrets that are random throughout; passwords need a slow hash.
struct SecretDigest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Throws: `IdentityError` with `.failed` when OpenSSL refuses.
    init(_ text: String) throws(IdentityError) {
        var text = text
        let words = text.withUTF8 { SecretDigest.hash(UnsafeRawBufferPointer($0)) }
        guard let words else { throw IdentityError(.failed, "A secret cannot be hashed.") }
        self.words = words
    }

    init(_ bytes: [UInt8]) throws(IdentityError) {
        guard let words = bytes.withUnsafeBytes(SecretDigest.hash) else {
            throw IdentityError(.failed, "A secret cannot be hashed.")
        }
        self.words = words
    }

    var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
    }

    /// Whether what was kept is this, in constant time.
    func matches(_ kept: [UInt8]?) -> Bool { kept.map { ConstantTime.areEqual($0, bytes) } ?? false }

    private static func hash(_ input: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64)? {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let isDone = withUnsafeMutableBytes(of: &words) { output in
            EVP_Digest(
                input.baseAddress,
                input.count,
                output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                nil,
                EVP_sha256(),
                nil
            )
        }
        return isDone == 1 ? words : nil
    }

    static func == (left: SecretDigest, right: SecretDigest) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        // The digest is as good as random already: a part of it spreads well enough.
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}
