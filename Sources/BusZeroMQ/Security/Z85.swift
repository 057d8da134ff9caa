/// ZeroMQ's text form of bytes: five printable characters for every four of them (RFC 32 of the ZeroMQ project).
package enum Z85 {
    private static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8
    )

    private static let values: [UInt8: UInt64] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt64($0)) }
    )

    /// - Parameter bytes: a multiple of four.
    /// - Returns: `nil` for any other number of bytes.
    package static func encode(_ bytes: [UInt8]) -> String? {
        guard bytes.count.isMultiple(of: 4) else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 4 * 5)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            let word = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            var divisor = 85 * 85 * 85 * 85
            while divisor > 0 {
                text.append(alphabet[word / divisor % 85])
                divisor /= 85
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: `nil` when the length is not a multiple of five, a character is foreign, or a group is too large.
    package static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 5) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 5 * 4)
        for start in stride(from: 0, to: characters.count, by: 5) {
            var word: UInt64 = 0
            for character in characters[start..<start + 5] {
                guard let value = values[character] else { return nil }
                word = word * 85 + value
            }
            guard word <= 0xFFFF_FFFF else { return nil }
            for shift in stride(from: UInt64(24), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }
}
