/// Looks through the outermost boxes of an MP4 file, to see whether it is whole.
///
/// Pure: the bytes come from the caller. It does not look at the pictures.
enum MP4Boxes {
    enum Problem: Error, Hashable {
        case empty
        /// It does not begin as such a file does.
        case noFileType
        /// A box reaches beyond the end of the file, or there is no room for its head.
        case truncated
        /// A box that cannot be: shorter than its own head.
        case badBox
        /// There is none that says what is in the film, or none with sound and pictures.
        case missing(String)
        /// Nobody makes films of so many.
        case tooMany
        /// The file could not be read.
        case unreadable
    }

    private static let boxesMax = 100_000
    private static let headBytes = 8

    /// - Parameters:
    ///   - sizeBytes: of the file.
    ///   - read: gives so many bytes from a place in it; `nil` when they cannot be read.
    /// - Throws: `Problem`.
    static func check(
        sizeBytes: UInt64,
        read: (_ offset: UInt64, _ count: Int) -> [UInt8]?
    ) throws(Problem) {
        guard sizeBytes > 0 else { throw .empty }
        var offset: UInt64 = 0
        var found: Set<String> = []
        var count = 0
        while offset < sizeBytes {
            count += 1
            guard count <= boxesMax else { throw .tooMany }
            let box = try box(at: offset, of: sizeBytes, read)
            if count == 1, box.type != "ftyp" { throw .noFileType }
            found.insert(box.type)
            offset = box.end
        }
        for type in ["moov", "mdat"] where !found.contains(type) { throw .missing(type) }
    }

    private static func box(
        at offset: UInt64,
        of sizeBytes: UInt64,
        _ read: (UInt64, Int) -> [UInt8]?
    ) throws(Problem) -> (type: String, end: UInt64) {
        let left = sizeBytes - offset
        guard left >= UInt64(headBytes) else { throw offset == 0 ? .noFileType : .truncated }
        let head = try bytes(offset, headBytes, read)
        let type = String(decoding: head[4..<8], as: UTF8.self)
        if offset == 0, type != "ftyp" { throw .noFileType }
        var length = number(head[0..<4])
        var lengthMin = UInt64(headBytes)
        switch length {
        // It reaches to the end of the file.
        case 0: length = left
        case 1:
            lengthMin = 16
            guard left >= 16 else { throw .truncated }
            length = number(try bytes(offset + 8, 8, read)[...])
        default: break
        }
        guard length >= lengthMin else { throw .badBox }
        guard length <= left else { throw .truncated }
        return (type, offset + length)
    }

    private static func bytes(
        _ offset: UInt64,
        _ count: Int,
        _ read: (UInt64, Int) -> [UInt8]?
    ) throws(Problem) -> [UInt8] {
        guard let bytes = read(offset, count), bytes.count == count else { throw .unreadable }
        return bytes
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
