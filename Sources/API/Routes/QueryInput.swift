import JSON

/// What stands behind a question mark, as an object of texts.
struct QueryInput {
    let value: JSONValue

    /// - Throws: `APIError` with `.badRequest` for a broken escape, and for a name that is given twice: two readers could
    ///   take different ones of the two.
    init(_ query: String?) throws(APIError) {
        var members: [String: JSONValue] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = QueryInput.decoded(parts[0]),
                let text = QueryInput.decoded(parts.count > 1 ? parts[1] : "")
            else { throw APIError(.badRequest, "The query has a broken escape.") }
            guard members.updateValue(.string(text), forKey: name) == nil else {
                throw APIError(faults: [InputFault(field: name, message: "is given twice")])
            }
        }
        value = .object(members)
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8?) -> UInt8? {
        byte.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }.map(UInt8.init)
    }
}
