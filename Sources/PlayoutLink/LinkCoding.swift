import FoundationEssentials
package import JSON

/// How the lines of the link are written and read.
package enum LinkCoding {
    /// The longest line that either side takes: an item with all its words stays far below.
    package static let lineSizeBytesMax = 1 << 20

    /// A value as JSON, without a newline.
    ///
    /// - Throws: `EncodingError` for numbers that JSON does not have.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try OnePassEncoder().encodeAny(value, to: &bytes)
        return bytes
    }

    /// - Throws: `LinkError` with `.badParameters` that names the field.
    package static func decode<Value: Decodable>(
        _ type: Value.Type,
        from value: JSONValue
    ) throws(LinkError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(value.bytes))
        } catch {
            throw LinkError(.badParameters, problem(error))
        }
    }

    private static func problem(_ error: any Error) -> String {
        func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            return keys.isEmpty ? "the parameters" : keys.map(\.stringValue).joined(separator: ".")
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(path(context, key)) is missing"
        case .typeMismatch(let type, let context): return "\(path(context)) is no \(type)"
        case .valueNotFound(_, let context): return "\(path(context)) is null"
        case .dataCorrupted(let context): return "\(path(context)): \(context.debugDescription)"
        default: return "the parameters cannot be read"
        }
    }

    /// One request as a line.
    package static func request<Method: LinkMethod>(_ method: Method, id: Int64) throws -> [UInt8] {
        try encode(LinkRequest(id: id, method: Method.name, params: method)) + [UInt8(ascii: "\n")]
    }
}

private struct LinkRequest<Method: LinkMethod>: Encodable {
    let id: Int64
    let method: String
    let params: Method
}

/// Cuts a stream of bytes into lines.
package struct LineReader: Sendable {
    private var bytes: [UInt8] = []
    /// Bytes that are known to hold no newline.
    private var searched = 0
    private let sizeBytesMax: Int

    package init(sizeBytesMax: Int = LinkCoding.lineSizeBytesMax) { self.sizeBytesMax = sizeBytesMax }

    package mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// The next whole line, without its newline; `nil` until there is one.
    ///
    /// - Throws: `LinkError` with `.tooLarge`; nothing that follows can be read then.
    package mutating func next() throws(LinkError) -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            if bytes.count > sizeBytesMax { throw LinkError(.tooLarge, "a line has at most \(sizeBytesMax) bytes") }
            return nil
        }
        guard end <= sizeBytesMax else { throw LinkError(.tooLarge, "a line has at most \(sizeBytesMax) bytes") }
        let line = Array(bytes[..<end])
        bytes.removeFirst(end + 1)
        searched = 0
        return line
    }
}
