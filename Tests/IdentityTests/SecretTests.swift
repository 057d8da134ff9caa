import Bus
import Testing

@testable import Identity

@Suite struct SecretTests {
    @Test(arguments: [
        "short", String(repeating: "a", count: 64), String(repeating: "abc", count: 20),
        String(repeating: "changeme", count: 4), "your-super-secret-key-change-in-production",
        "change-me-change-me-change-me-0123456789", "0123456789-default-secret-0123456789",
        "CryptoCall-2026-signing-0123456789abcdef",
    ])
    func `a secret that anybody could guess is refused, without being repeated`(_ secret: String) throws {
        let failure = #expect(throws: WeakKey.self) { try SigningKey(secret: secret) }
        #expect(failure?.description.contains(secret) == false)
    }

    @Test func `random secrets are taken, and keys have ids of their own`() throws {
        let ids = try (0..<200).map { _ in try SigningKey(secret: try SigningKey.makeSecret()).id }
        #expect(Set(ids).count == 200)
        let hexadecimal = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        #expect(try SigningKey(secret: hexadecimal).id == SigningKey(secret: hexadecimal).id)
    }

    @Test func `base64url has one text for each value`() throws {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 73 + 251) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        // RFC 4648, section 10.
        for (text, written) in [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            #expect(Base64URL.encode(Array(text.utf8)) == written)
            #expect(Base64URL.isWritten(written))
        }
        for text in ["-_9", "-_8=", "+/8", "A", "-_ 8", "-\n_8", "Zm9vYmFyA", "ä"] {
            #expect(Base64URL.decode(text) == nil && !Base64URL.isWritten(text))
        }
    }

    @Test func `a refresh token tells its session and is read as it was written`() throws {
        let id = UUIDv7(milliseconds: 1_790_000_000_000, counter: 5, random: 77)
        let token = try RefreshToken(session: id)
        let read = try #require(RefreshToken(token.text))
        #expect(read.session == id && read.family == token.family)
        let next = try RefreshToken(session: id, family: read.family)
        #expect(next.text != token.text && next.family == token.family)
    }

    @Test func `a digest is SHA-256`() throws {
        let abc: [UInt8] = [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]
        let digest = try SecretDigest("abc")
        #expect(Array(digest.bytes.prefix(8)) == abc && digest.bytes.count == 32)
        #expect(digest.matches(digest.bytes))
        #expect(try !digest.matches(SecretDigest("abd").bytes) && !digest.matches(nil) && !digest.matches([]))
    }

    @Test func `an origin is cut to what is kept`() {
        let origin = RequestOrigin(address: "192.0.2.1\n", userAgent: String(repeating: "ü", count: 500) + "\u{1B}")
        #expect(origin.address == "192.0.2.1")
        #expect(origin.userAgent == String(repeating: "ü", count: 200))
    }

    @Test func `a lock that is over counts from nothing`() {
        let policy = LockPolicy(failuresMax: 2, duration: .seconds(60))
        let start = Timestamp(seconds: 1000)
        let one = policy.afterFailure(.init(failures: 0, lockedUntil: nil), at: start)
        #expect(one == .init(failures: 1, lockedUntil: nil))
        let two = policy.afterFailure(one, at: start)
        #expect(two.lockedSeconds(at: start) == 60)
        #expect(two.lockedSeconds(at: start.advanced(by: .milliseconds(59_001))) == 1)
        let end = start.advanced(by: .seconds(60))
        #expect(two.lockedSeconds(at: end) == nil)
        #expect(policy.afterFailure(two, at: end) == .init(failures: 1, lockedUntil: nil))
    }
}
