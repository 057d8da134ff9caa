/// Tells equal texts: a hash of their letters and digits, for which case, spaces and marks do not count.
enum TextKey {
    /// The hash of a text.
    ///
    /// - Parameters:
    ///   - text: of any length.
    ///   - ignoringFigures: whether texts that differ in nothing but figures are equal.
    /// - Returns: the same for equal texts; two different ones have the same once in 2^64.
    static func of(_ text: String, ignoringFigures: Bool = false) -> UInt64 {
        var hash = WordHash()
        var (isGap, isEmpty, rest) = (false, true, 0)
        var text = text
        text.withUTF8 { bytes in
            for (index, byte) in bytes.enumerated() {
                // The marks of books: dashes, curved quotes, narrow spaces.
                if byte == 0xE2, index + 1 < bytes.count, bytes[index + 1] == 0x80 { rest = 3 }
                let isDigit = byte &- UInt8(ascii: "0") < 10
                let isLetter = byte >= 0x80 || (byte | 0x20) &- UInt8(ascii: "a") < 26
                guard rest == 0, isLetter || isDigit && !ignoringFigures else {
                    rest = max(0, rest - 1)
                    isGap = true
                    continue
                }
                if isGap, !isEmpty { hash.add(0x20) }
                (isGap, isEmpty) = (false, false)
                hash.add(byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte)
            }
        }
        return hash.value
    }
}
