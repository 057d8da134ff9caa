/// Base64 with `-` and `_` and without padding (RFC 4648, section 5).
///
/// Every token passes here, part by part; going through Base64's usual alphabet took a fifth of the check of a token.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let nothing: UInt8 = 0xFF
    /// What each byte stands for: six bits, or `nothing`.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: nothing, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var (bits, count) = (UInt32(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> count & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << (6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: `nil` for anything that `encode` does not write.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        return decode(text) { bytes.append($0) } ? bytes : nil
    }

    /// Whether `encode` writes such a text.
    static func isWritten(_ text: some StringProtocol) -> Bool { decode(text) { _ in } }

    private static func decode(_ text: some StringProtocol, _ take: (UInt8) -> Void) -> Bool {
        var (bits, count, length) = (UInt32(0), 0, 0)
        for byte in text.utf8 {
            let value = values[Int(byte)]
            guard value != nothing else { return false }
            bits = bits << 6 | UInt32(value)
            count += 6
            length += 1
            guard count >= 8 else { continue }
            count -= 8
            take(UInt8(truncatingIfNeeded: bits >> count))
        }
        // The last character has bits that mean nothing, and one alone means nothing at all: one text for each value.
        return length % 4 != 1 && bits & (1 << count - 1) == 0
    }
}
