/// Finding and replacing byte sequences.
enum ByteSearch {
    /// Where `needle` first occurs at or after `start`, or `nil`.
    static func first(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let head = needle.first, bytes.count - start >= needle.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                var position = start
                let last = bytes.count - needle.count
                while position <= last {
                    if bytes[position] == head, bytes[position..<(position + needle.count)].elementsEqual(needle) {
                        return position
                    }
                    position += 1
                }
                return nil
            }
        }
    }

    /// The bytes with every occurrence of `needle` replaced.
    static func replacing(_ needle: [UInt8], in bytes: [UInt8], with replacement: [UInt8]) -> [UInt8] {
        guard var found = first(needle, in: bytes, from: 0) else { return bytes }
        var result: [UInt8] = []
        var copied = 0
        while true {
            result += bytes[copied..<found]
            result += replacement
            copied = found + needle.count
            guard let next = first(needle, in: bytes, from: copied) else { break }
            found = next
        }
        result += bytes[copied...]
        return result
    }
}
