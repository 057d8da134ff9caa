import Testing
import Threading

@testable import Identity

@Suite struct PasswordTests {
    private static let cheap = PasswordHash.Cost(logN: 4, r: 8, p: 1)

    @Test func `a hash knows its password and no other, whatever stands in it`() throws {
        for password in ["correct horse", "пароль с пробелами", "naïve", String(repeating: "x", count: 200)] {
            let hash = try PasswordHash(of: password, cost: Self.cheap)
            #expect(try hash.matches(password))
            #expect(try !hash.matches(password + " "))
            let read = try #require(PasswordHash(hash.text))
            #expect(read == hash)
            #expect(try read.matches(password))
        }
    }

    @Test func `two hashes of one password differ`() throws {
        #expect(try PasswordHash(of: "same", cost: Self.cheap) != PasswordHash(of: "same", cost: Self.cheap))
    }

    @Test func `the hash is scrypt as the standard has it`() throws {
        // RFC 7914, section 12, cut to its first 32 bytes: N = 1024, r = 8, p = 16 is beyond what is allowed here, so the
        // one with N = 16384, r = 8, p = 1.
        let salt = Base64URL.encode(Array("SodiumChloride".utf8) + [0, 0])
        #expect(PasswordHash("scrypt$ln=14,r=8,p=1$\(salt)$\(String(repeating: "A", count: 43))") != nil)
        let expected: [UInt8] = [
            0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38, 0xeb, 0xfd, 0xa8,
            0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d, 0xa1, 0xf2,
        ]
        let cost = PasswordHash.Cost(logN: 14, r: 8, p: 1)
        #expect(try PasswordHash.derive("pleaseletmein", Array("SodiumChloride".utf8), cost) == expected)
    }

    @Test(arguments: [
        "", "scrypt", "scrypt$ln=15,r=8,p=1$AAAA$AAAA", "scrypt$ln=40,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$x",
        "bcrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$ln=4,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `a text that is no hash, or asks for too much, is refused`(_ text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test func `what neither runs nor fits into the queue is refused at once`() async throws {
        // Each takes long enough that the third comes while the first runs.
        let hasher = PasswordHasher(cost: .standard, threadsMax: 1, waitingMax: 1)
        let outcomes = await withTaskGroup(of: IdentityError.Code?.self) { group in
            for _ in 0..<8 { group.addTask { await refusal { _ = try await hasher.hash("a password") } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == nil }.count >= 2)
        #expect(outcomes.filter { $0 == .busy }.count == Int(hasher.refusedCount))
        #expect(hasher.refusedCount > 0)
        #expect(hasher.depth == 0)
    }

    @Test(arguments: ["a@b", "A.B+c@Example.org", "x_1@sub.example.co.uk", "o'neil@example.org"])
    func `an address is kept in lower case`(_ text: String) throws {
        #expect(try EmailAddress(text).text == text.lowercased())
    }

    @Test(arguments: [
        "", "@", "a@", "@b", "a b@c", "a@b@c", "a@-b", "a@b-", "a..b@c", ".a@b", "a.@b", "a@b..c", "a@b.", "ä@b.org",
        "a@b\n", "a\0@b", "a@\u{212A}.org", "<a@b>",
    ])
    func `what is no address is refused`(_ text: String) {
        #expect(throws: IdentityError.self) { try EmailAddress(text) }
    }
}
