import Bus

/// The random texts that clients hold: each begins with what it is, so that one is never taken for another, and so that
/// scanners find those that somebody has published by mistake.
package enum OpaqueSecret {
    /// In front of an API key.
    package static let keyPrefix = "ccfm_"
    /// In front of a refresh token.
    package static let refreshPrefix = "ccfr_"
    /// In front of what is in a browser's cookie.
    package static let browserPrefix = "ccfb_"
    /// Anything longer is none of ours.
    static let sizeBytesMax = 4096

    /// 256 random bits.
    static func make(_ prefix: String) throws(IdentityError) -> String {
        prefix + Base64URL.encode(try SecureRandom.bytes(32))
    }
}

/// A refresh token: which session it belongs to, the secret that all tokens of this session share, and its own.
///
/// The shared secret proves that whoever shows an old token once had a real one. Without it, somebody who knows only a
/// session's id, which is no secret, could have it revoked as stolen.
struct RefreshToken: Sendable {
    let session: UUIDv7
    let family: [UInt8]
    let text: String

    private static let familyBytes = 16
    private static let secretBytes = 32

    /// The first of a new session, or the next of one.
    init(session: UUIDv7, family: [UInt8]? = nil) throws(IdentityError) {
        self.session = session
        if let family {
            self.family = family
        } else {
            self.family = try SecureRandom.bytes(RefreshToken.familyBytes)
        }
        let secret = try SecureRandom.bytes(RefreshToken.secretBytes)
        let id = [session.high, session.low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
        text = OpaqueSecret.refreshPrefix + Base64URL.encode(id + self.family + secret)
    }

    /// - Returns: `nil` for a text that is no refresh token.
    init?(_ text: String) {
        guard text.utf8.count <= 128, text.hasPrefix(OpaqueSecret.refreshPrefix),
            let bytes = Base64URL.decode(text.dropFirst(OpaqueSecret.refreshPrefix.count)),
            bytes.count == 16 + RefreshToken.familyBytes + RefreshToken.secretBytes
        else { return nil }
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        session = UUIDv7(high: word(bytes[..<8]), low: word(bytes[8..<16]))
        family = Array(bytes[16..<(16 + RefreshToken.familyBytes)])
        self.text = text
    }
}
