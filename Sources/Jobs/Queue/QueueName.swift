/// The name of a queue: lower-case letters, digits, `-` and `_`, at most 47 bytes, beginning with a letter.
///
/// 47, so that names made from it still fit the 63 bytes of an identifier in PostgreSQL.
package struct QueueName: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    /// - Returns: `nil` when the text is not a queue's name.
    package init?(_ text: String) {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
            text.utf8.count <= QueueName.bytesMax, text.utf8.allSatisfy(QueueName.isAllowed)
        else { return nil }
        self.text = text
    }

    package static let bytesMax = 47

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    package var description: String { text }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = QueueName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a queue's name")
        }
        self = name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension QueueName: ExpressibleByStringLiteral {
    /// - Precondition: the literal is a queue's name.
    package init(stringLiteral text: String) {
        guard let name = QueueName(text) else { preconditionFailure("\(text) is no queue name") }
        self = name
    }
}
