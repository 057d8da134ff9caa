/// Numbers written with 58 characters, none of which looks like another: how Solana writes keys and signatures.
///
/// The work grows with the square of the length, so it is for short values: a signature has 88 characters.
package enum Base58 {
    /// The longest text that is read.
    package static let charactersMax = 128

    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    private static let nothing: UInt8 = 0xFF
    /// What each byte stands for: less than 58, or `nothing`.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: nothing, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// Each leading zero byte is one leading `1`.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        let rest = bytes.drop { $0 == 0 }
        // The lowest digit first.
        var digits: [UInt8] = []
        digits.reserveCapacity(rest.count * 138 / 100 + 1)
        for byte in rest {
            var carry = UInt32(byte)
            for index in digits.indices {
                carry += UInt32(digits[index]) << 8
                digits[index] = UInt8(carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(carry % 58))
                carry /= 58
            }
        }
        let ones = String(repeating: "1", count: bytes.count - rest.count)
        return ones + String(decoding: digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// - Returns: `nil` for another character, and for more than `charactersMax` of them.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let text = text.utf8
        guard text.count <= charactersMax else { return nil }
        let rest = text.drop { $0 == UInt8(ascii: "1") }
        // The lowest byte first.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rest.count)
        for character in rest {
            let value = values[Int(character)]
            guard value != nothing else { return nil }
            var carry = UInt32(value)
            for index in bytes.indices {
                carry += UInt32(bytes[index]) * 58
                bytes[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            if carry > 0 { bytes.append(UInt8(carry)) }
        }
        return [UInt8](repeating: 0, count: text.count - rest.count) + bytes.reversed()
    }
}
