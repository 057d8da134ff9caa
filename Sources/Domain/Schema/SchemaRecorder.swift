/// Finds out a type's JSON shape by letting it decode itself from a decoder that has every field it asks for.
package enum SchemaRecorder {
    /// The schema of a type.
    ///
    /// - Throws: `SchemaError` when the type's `init(from:)` does something that cannot be recorded.
    package static func schema<Value: Decodable>(of type: Value.Type) throws -> SchemaNode {
        try shape(of: type).schema
    }

    /// The schema of a type, and one value of it.
    ///
    /// - Throws: `SchemaError` as `schema`.
    package static func shape<Value: Decodable>(
        of type: Value.Type,
        at path: [any CodingKey] = []
    ) throws -> (schema: SchemaNode, value: Value) {
        if let leaf = type as? any SchemaLeaf.Type, let value = leaf.sample as? Value { return (leaf.schema, value) }
        if let known = primitive(type) { return known }
        let recording = SchemaRecording()
        let value = try Value(from: RecordingDecoder(recording: recording, codingPath: path))
        guard let schema = recording.schema(isMap: type is any TextKeyed.Type) else {
            throw SchemaError(type: "\(type)", path: path.map(\.stringValue), problem: "it reads nothing")
        }
        return (schema, value)
    }

    private static func primitive<Value>(_ type: Value.Type) -> (schema: SchemaNode, value: Value)? {
        func found(_ schema: SchemaNode, _ value: Any) -> (schema: SchemaNode, value: Value)? {
            (value as? Value).map { (schema, $0) }
        }
        switch type {
        case is String.Type: return found(["type": "string"], "")
        case is Bool.Type: return found(["type": "boolean"], false)
        case is Double.Type: return found(["type": "number"], 0.0)
        case is Float.Type: return found(["type": "number"], Float(0))
        case let whole as any FixedWidthInteger.Type: return found(whole.integerSchema, whole.zero)
        default: return nil
        }
    }
}

/// A type whose shape cannot be found out.
package struct SchemaError: Error, CustomStringConvertible {
    package let type: String
    package let path: [String]
    package let problem: String

    package var description: String {
        "no schema for \(type)\(path.isEmpty ? "" : " at \(path.joined(separator: "."))"): \(problem)"
    }
}

extension FixedWidthInteger {
    fileprivate static var integerSchema: SchemaNode {
        isSigned ? ["type": "integer"] : ["type": "integer", "minimum": 0]
    }
}

/// A dictionary with text keys: its JSON is an object whose keys are not fixed.
private protocol TextKeyed {}
extension Dictionary: TextKeyed where Key == String {}

/// What one value asked its decoder for.
final class SchemaRecording {
    private var properties: [String: SchemaNode] = [:]
    private var optional: Set<String> = []
    private var element: SchemaNode?
    private var single: SchemaNode?
    private var isObject = false

    func beginObject() { isObject = true }
    func note(_ key: String, _ schema: SchemaNode) { properties[key] = schema }
    func noteOptional(_ key: String) { optional.insert(key) }
    func noteElement(_ schema: SchemaNode) { element = schema }
    func noteSingle(_ schema: SchemaNode) { single = schema }

    /// - Parameter isMap: whether the keys are the caller's to choose, so that all values have one shape.
    /// - Returns: `nil` when nothing was asked for.
    func schema(isMap: Bool) -> SchemaNode? {
        if let single { return single }
        if let element { return ["type": "array", "items": element] }
        guard isObject else { return nil }
        if isMap, let value = properties.values.first {
            return ["type": "object", "additionalProperties": value]
        }
        let required = properties.keys.filter { !optional.contains($0) }.sorted()
        return [
            "type": "object", "properties": .object(properties), "required": .array(required.map { .text($0) }),
        ]
    }
}
