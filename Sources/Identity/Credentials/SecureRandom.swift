import COpenSSL

/// Random numbers that nobody can guess.
package enum SecureRandom {
    /// - Throws: `IdentityError` with `.failed` when the system has none.
    package static func bytes(_ count: Int) throws(IdentityError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw IdentityError(.failed, "The system has no random numbers.")
        }
        return bytes
    }
}

/// Comparing secrets without telling by the time where they differ.
enum ConstantTime {
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
