import COpenSSL

/// A secret that access tokens are signed with.
package struct SigningKey: Sendable, Equatable {
    package static let sizeBytesMin = 32

    let secret: [UInt8]
    /// Tells the keys apart in a token's header; says nothing of the secret.
    package let id: String

    /// - Parameter secret: random text of 32 bytes or more.
    /// - Throws: `WeakKey` for a short or well-known one, `IdentityError` when it cannot be hashed.
    package init(secret: String) throws {
        if let fault = WeakKey.fault(of: secret) { throw WeakKey(reason: fault) }
        self.secret = Array(secret.utf8)
        id = Base64URL.encode(Array(try SecretDigest("cryptocall key id:\(secret)").bytes.prefix(9)))
    }

    /// A new random one, as the text that is kept.
    ///
    /// - Throws: `IdentityError` with `.failed` when the system has no random numbers.
    package static func makeSecret() throws(IdentityError) -> String { Base64URL.encode(try SecureRandom.bytes(48)) }

    /// Thirty-two bytes for an Ed25519 key, the same ones for the same secret.
    func seed() throws(IdentityError) -> [UInt8] {
        try SecretDigest(Array("cryptocall ed25519 seed:".utf8) + secret).bytes
    }

    package static func == (left: SigningKey, right: SigningKey) -> Bool {
        ConstantTime.areEqual(left.secret, right.secret)
    }
}

/// The keys in force: the first signs, both verify, so that tokens outlive one change of keys.
package struct SigningKeys: Sendable, Equatable {
    package let current: SigningKey
    package let previous: SigningKey?

    package init(current: SigningKey, previous: SigningKey?) {
        self.current = current
        self.previous = previous
    }
}

/// A secret that anybody could guess.
package struct WeakKey: Error, Hashable, CustomStringConvertible {
    /// Says what is wrong with it, and nothing of what it is.
    package let reason: String
    package var description: String { reason }

    /// What is wrong with a secret; `nil` when nothing is known to be.
    package static func fault(of secret: String) -> String? {
        let count = secret.utf8.count
        guard count >= SigningKey.sizeBytesMin else {
            return "has \(count) bytes; it must have \(SigningKey.sizeBytesMin) at least, all of them random"
        }
        guard Set(secret.utf8).count >= 10 else { return "repeats a few characters; it must be random" }
        let letters = String(
            decoding: secret.utf8.compactMap { byte -> UInt8? in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
                case UInt8(ascii: "a")...UInt8(ascii: "z"): byte
                default: nil
                }
            },
            as: UTF8.self
        )
        guard !known.contains(where: letters.contains) else { return "is a known default; it must be random" }
        return nil
    }

    /// Parts of the defaults that programs and their examples ship.
    private static let known = [
        "changeme", "changethis", "changein", "secretkey", "yoursecret", "mysecret", "supersecret", "defaultsecret",
        "jwtsecret", "tokensecret", "topsecret", "inproduction", "donotuse", "placeholder", "replaceme", "insecure",
        "password", "passphrase", "cryptocall", "qwertyuiop", "abcdefghij",
    ]
}
