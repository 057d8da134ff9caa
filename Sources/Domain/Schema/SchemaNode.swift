/// A piece of a JSON document, for the published contract.
package indirect enum SchemaNode: Hashable, Sendable {
    case object([String: SchemaNode])
    case array([SchemaNode])
    case text(String)
    case whole(Int)
    case flag(Bool)

    /// The value under a key, where this is an object that has it.
    package subscript(key: String) -> SchemaNode? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// An object with one member more.
    func with(_ key: String, _ value: SchemaNode) -> SchemaNode {
        guard case .object(var members) = self else { return self }
        members[key] = value
        return .object(members)
    }
}

extension SchemaNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .whole(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
    package init(arrayLiteral elements: SchemaNode...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, SchemaNode)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

extension SchemaNode: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let members): try container.encode(members)
        case .array(let elements): try container.encode(elements)
        case .text(let value): try container.encode(value)
        case .whole(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        }
    }
}
