/// What of a file somebody asks for: a plain value of the `Range` header (RFC 9110, 14).
enum FileRange: Hashable {
    case whole
    case part(Range<Int64>)
    /// Nothing of it is in the file.
    case outside

    /// - Parameters:
    ///   - header: as it was sent; several ranges, and what is no range of bytes, ask for the whole.
    ///   - sizeBytes: of the file.
    init(_ header: String?, of sizeBytes: Int64) {
        guard let header, header.utf8.count <= 100, header.lowercased().hasPrefix("bytes="), !header.contains(",")
        else {
            self = .whole
            return
        }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map {
            $0.trimmingPrefix(while: \.isWhitespace)
        }
        guard ends.count == 2 else {
            self = .whole
            return
        }
        switch (FileRange.number(ends[0]), FileRange.number(ends[1])) {
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && sizeBytes > 0 ? .part(max(0, sizeBytes - count)..<sizeBytes) : .outside
        case (let first?, nil) where ends[1].isEmpty: self = first < sizeBytes ? .part(first..<sizeBytes) : .outside
        case (let first?, let last?) where first <= last:
            self = first < sizeBytes ? .part(first..<min(last, sizeBytes - 1) + 1) : .outside
        default: self = .whole
        }
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}
