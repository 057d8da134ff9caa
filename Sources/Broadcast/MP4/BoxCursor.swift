/// Reads the fields of one MP4 box in order; nothing is read beyond its end.
struct BoxCursor {
    /// The box's name, for errors.
    let name: String
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>, in name: String) {
        self.name = name
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }
    var rest: Int { bytes.endIndex - position }

    mutating func take(_ count: Int) throws(MP4Error) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest else { throw MP4Error(.truncated, "\(name) ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func skip(_ count: Int) throws(MP4Error) { _ = try take(count) }

    mutating func number<Value: FixedWidthInteger>(_ type: Value.Type) throws(MP4Error) -> Value {
        try take(type.bitWidth / 8).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    /// The version and the flags with which a full box begins.
    mutating func fullBoxHead() throws(MP4Error) -> (version: UInt8, flags: UInt32) {
        let head = try number(UInt32.self)
        return (UInt8(head >> 24), head & 0xFF_FFFF)
    }

    /// The next box inside this one.
    ///
    /// - Returns: `nil` at the end.
    mutating func nextBox() throws(MP4Error) -> (type: String, body: ArraySlice<UInt8>)? {
        guard !isAtEnd else { return nil }
        let size = Int(try number(UInt32.self))
        let type = String(decoding: try take(4), as: UTF8.self)
        guard size >= 8 else { throw MP4Error(.badValue, "\(name): box of size \(size)") }
        return (type, try take(size - 8))
    }

    /// The boxes with this name, one level down.
    func boxes(_ wanted: String) throws(MP4Error) -> [ArraySlice<UInt8>] {
        var (cursor, found) = (self, [ArraySlice<UInt8>]())
        while let (type, body) = try cursor.nextBox() { if type == wanted { found.append(body) } }
        return found
    }

    /// The one box with this name, one level down.
    func box(_ wanted: String) throws(MP4Error) -> BoxCursor {
        let found = try boxes(wanted)
        guard found.count == 1 else { throw MP4Error(.missing, "\(name) has \(found.count) boxes \(wanted), not one") }
        return BoxCursor(found[0], in: wanted)
    }
}
