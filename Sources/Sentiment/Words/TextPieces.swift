/// Cuts a long text into pieces that are classified one by one, so that no part of it is left out.
///
/// A piece ends with a sentence where it can, otherwise with a word, and within a word only where that alone is too long.
package enum TextPieces {
    /// The longest that is taken as a whole, in bytes: a headline, or two or three sentences.
    static let bytesMax = 400

    /// The pieces of a text, each with its share of it; all shares together are 1.
    ///
    /// - Parameters:
    ///   - text: of any length.
    ///   - bytesMax: how long a piece may be, in bytes of UTF-8.
    /// - Returns: them in order; one empty piece for an empty text.
    package static func pieces(of text: String, bytesMax: Int) -> [(text: String, share: Double)] {
        var text = text
        return text.withUTF8 { bytes in
            ranges(of: bytes, bytesMax: bytesMax).map { range in
                let piece = UnsafeBufferPointer(rebasing: bytes[range])
                let share = bytes.isEmpty ? 1 : Double(range.count) / Double(bytes.count)
                return (String(decoding: piece, as: UTF8.self), share)
            }
        }
    }

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
