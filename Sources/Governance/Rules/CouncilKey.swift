/// Public keys of the council, as base58 text.
enum CouncilKey {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    /// Whether a text stands for exactly 32 bytes.
    static func isKey(_ text: String) -> Bool {
        guard (32...44).contains(text.utf8.count) else { return false }
        // The lowest byte first.
        var bytes: [UInt8] = []
        for character in text.utf8 {
            guard let digit = alphabet.firstIndex(of: character) else { return false }
            var carry = digit
            for index in bytes.indices {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            if carry > 0 { bytes.append(UInt8(truncatingIfNeeded: carry)) }
        }
        let leadingZeros = text.utf8.prefix { $0 == UInt8(ascii: "1") }.count
        return leadingZeros + bytes.count == 32
    }
}
