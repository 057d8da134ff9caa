/// Cuts a long text into pieces that are classified one by one, so that no part of it is left out.
///
/// A piece ends with a sentence where it can, otherwise with a word, and within a word only where that alone is too long.
enum TextPieces {
    /// The longest that is taken as a whole, in bytes: a headline, or two or three sentences.
    static let bytesMax = 400

    /// The pieces, which together are the whole text.
    static func ranges(of bytes: UnsafeBufferPointer<UInt8>, bytesMax: Int = bytesMax) -> [Range<Int>] {
        guard bytes.count > bytesMax else { return [0..<bytes.count] }
        var ranges: [Range<Int>] = []
        var start = 0
        while bytes.count - start > bytesMax {
            let end = end(of: bytes, from: start, to: start + bytesMax)
            ranges.append(start..<end)
            start = end
        }
        ranges.append(start..<bytes.count)
        return ranges
    }

    private static func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int, to limit: Int) -> Int {
        var wordEnd: Int?
        var index = limit
        while index > start + 1 {
            if bytes[index - 1] <= 0x20 {
                if endsSentence(bytes[index - 2]) || bytes[index - 1] == UInt8(ascii: "\n") { return index }
                if wordEnd == nil { wordEnd = index }
            }
            index -= 1
        }
        if let wordEnd { return wordEnd }
        // Not within a character, which is at most four bytes long.
        index = limit
        while index > start + 1, bytes[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }

    private static func endsSentence(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
    }
}
