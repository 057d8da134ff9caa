/// Text in UTF-8 that XML allows, whatever comes in, and how many bytes had to give way for that.
struct TextOutput {
    private(set) var bytes: [UInt8] = []
    private(set) var replacedBytes = 0

    /// Takes everything that has come together.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// - Parameters:
    ///   - scalar: what comes next; `nil` when nobody knows.
    ///   - count: of how many bytes of the source it was made.
    mutating func append(_ scalar: Unicode.Scalar?, of count: Int) {
        guard let scalar, TextOutput.isAllowed(scalar) else { return replace(count) }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    mutating func appendASCII(_ byte: UInt8) {
        if byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { bytes.append(byte) } else { replace(1) }
    }

    mutating func append(valid sequence: [UInt8]) { bytes.append(contentsOf: sequence) }

    /// Something readable in the place of a byte that was wrong.
    mutating func repair(_ byte: UInt8) {
        guard let scalar = Windows1252.scalar(byte) else { return replace(1) }
        replacedBytes += 1
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// The replacement character in the place of bytes that were wrong.
    mutating func replace(_ count: Int) {
        replacedBytes += count
        bytes.append(contentsOf: UTF8.encodedReplacementCharacter)
    }

    /// Whether XML 1.0 allows it in a text.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }
}
