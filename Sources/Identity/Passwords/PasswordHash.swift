import COpenSSL

/// A password's scrypt hash with its salt and cost, as the text that is kept.
///
/// `scrypt$ln=15,r=8,p=1$salt$hash`, both in base64url. The cost stands in the text, so that it can rise: older hashes go
/// on working and are replaced at the next log-in.
package struct PasswordHash: Hashable, Sendable {
    /// How much work one hash is.
    package struct Cost: Hashable, Sendable {
        /// The binary logarithm of N.
        package let logN: Int
        package let r: Int
        package let p: Int

        package init(logN: Int, r: Int, p: Int) {
            self.logN = logN
            self.r = r
            self.p = p
        }

        /// 32 MiB and about a tenth of a second.
        package static let standard = Cost(logN: 15, r: 8, p: 1)

        /// What a stored text may ask for: up to 256 MiB.
        var isAllowed: Bool { (1...18).contains(logN) && (1...8).contains(r) && (1...4).contains(p) }

        /// Memory in bytes; OpenSSL is given a little more as its limit.
        var sizeBytes: UInt64 { 128 * UInt64(r) * (1 << UInt64(logN)) }
    }

    package let cost: Cost
    let salt: [UInt8]
    let hash: [UInt8]

    static let saltBytes = 16
    static let hashBytes = 32

    /// Hashes a password with a fresh salt; blocks for as long as the cost says.
    ///
    /// - Throws: `IdentityError` with `.failed` when the system has no random numbers or no memory.
    init(of password: String, cost: Cost) throws(IdentityError) {
        self.cost = cost
        salt = try SecureRandom.bytes(PasswordHash.saltBytes)
        hash = try PasswordHash.derive(password, salt, cost)
    }

    /// Reads the text that is kept.
    ///
    /// - Returns: `nil` for anything else, and for a cost beyond what is allowed.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "scrypt", let cost = PasswordHash.cost(parts[1]), cost.isAllowed,
            let salt = Base64URL.decode(parts[2]), let hash = Base64URL.decode(parts[3]),
            salt.count == PasswordHash.saltBytes, hash.count == PasswordHash.hashBytes
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    package var text: String {
        "scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
    }

    /// Whether the password is this one; blocks for as long as the cost says.
    ///
    /// - Throws: `IdentityError` with `.failed` when the system has no memory.
    func matches(_ password: String) throws(IdentityError) -> Bool {
        ConstantTime.areEqual(try PasswordHash.derive(password, salt, cost), hash)
    }

    /// The work of a check, for a password that belongs to nobody.
    static func waste(_ password: String, cost: Cost) throws(IdentityError) {
        _ = try derive(password, [UInt8](repeating: 0, count: saltBytes), cost)
    }

    private static func cost(_ text: Substring) -> Cost? {
        var values: [Substring: Int] = [:]
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=")
            guard sides.count == 2, let value = Int(sides[1]) else { return nil }
            values[sides[0]] = value
        }
        guard values.count == 3, let logN = values["ln"], let r = values["r"], let p = values["p"] else { return nil }
        return Cost(logN: logN, r: r, p: p)
    }

    static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) throws(IdentityError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: hashBytes)
        let bytes = Array(password.utf8)
        let isDone = bytes.withUnsafeBytes { bytes in
            EVP_PBE_scrypt(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count,
                salt,
                salt.count,
                1 << UInt64(cost.logN),
                UInt64(cost.r),
                UInt64(cost.p),
                cost.sizeBytes + 4 * 1024 * 1024,
                &output,
                output.count
            )
        }
        guard isDone == 1 else { throw IdentityError(.failed, "A password cannot be hashed now.") }
        return output
    }
}
