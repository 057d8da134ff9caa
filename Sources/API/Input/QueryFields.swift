package import Domain

/// A whole number within bounds.
package protocol BoundedCount: Codable, Hashable, Sendable, SchemaLeaf {
    static var bounds: ClosedRange<Int> { get }
    var count: Int { get }
    /// - Parameter count: known to be within the bounds.
    init(count: Int)
}

extension BoundedCount {
    package static var schema: SchemaNode {
        ["type": "integer", "minimum": .whole(bounds.lowerBound), "maximum": .whole(bounds.upperBound)]
    }
    package static var sample: Self { Self(count: bounds.lowerBound) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let count = try container.decode(Int.self)
        guard Self.bounds.contains(count) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "out of bounds")
        }
        self.init(count: count)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(count)
    }
}

/// How many a page holds: 1 to 500.
package struct PageLimit: BoundedCount {
    package static let bounds = 1...500
    package let count: Int

    package init(count: Int) { self.count = count }
}

/// A text of 1 to 128 characters to look something up by.
package struct ShortText: Codable, Hashable, Sendable, SchemaLeaf {
    package static let schema: SchemaNode = ["type": "string", "minLength": 1, "maxLength": 128]
    package static let sample = ShortText(text: "x")

    package let text: String

    private init(text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try container.decode(String.self)
        guard (1...128).contains(text.count) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "too short or too long")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
