/// Reads a message's parts one after another, and never past its end.
struct WireReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }
    var next: UInt8? { remaining > 0 ? bytes[position] : nil }

    mutating func byte() throws(SolanaWireError) -> UInt8 {
        guard let byte = next else { throw .truncated }
        position += 1
        return byte
    }

    mutating func bytes(_ count: Int) throws(SolanaWireError) -> ArraySlice<UInt8> {
        guard count <= remaining else { throw .truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func address() throws(SolanaWireError) -> SolanaAddress {
        guard let address = SolanaAddress(bytes: try bytes(32)) else { throw .truncated }
        return address
    }

    /// A length in seven bits a byte, the low ones first; it has one form only.
    mutating func length() throws(SolanaWireError) -> Int {
        var value = 0
        for index in 0..<3 {
            let byte = try byte()
            // A last byte of nothing could have been left out.
            guard index == 0 || byte != 0 else { throw .badLength }
            value |= Int(byte & 0x7f) << (7 * index)
            guard byte & 0x80 != 0 else {
                guard value <= Int(UInt16.max) else { throw .badLength }
                return value
            }
        }
        throw .badLength
    }

    /// A length and as many parts, each of `sizeMin` bytes at least, so that no length makes room for nothing.
    mutating func list<Part>(
        sizeMin: Int,
        _ part: (inout WireReader) throws(SolanaWireError) -> Part
    ) throws(SolanaWireError) -> [Part] {
        let count = try length()
        guard count <= remaining / sizeMin else { throw .truncated }
        var parts: [Part] = []
        parts.reserveCapacity(count)
        for _ in 0..<count { parts.append(try part(&self)) }
        return parts
    }

    /// A length and as many bytes.
    mutating func byteList() throws(SolanaWireError) -> [UInt8] {
        let count = try length()
        return Array(try bytes(count))
    }
}

extension [UInt8] {
    /// Appends a length as `WireReader` reads it.
    ///
    /// - Parameter length: At most 65535.
    mutating func appendLength(_ length: Int) {
        var rest = UInt16(length)
        while rest > 0x7f {
            append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    mutating func appendList(_ bytes: [UInt8]) {
        appendLength(bytes.count)
        append(contentsOf: bytes)
    }
}
