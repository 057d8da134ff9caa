import Domain
import JSON

/// Lets a type read itself out of a JSON value.
struct InputValueDecoder: Decoder {
    let reading: Reading
    let input: JSONValue
    let path: FieldPath
    let asked: AskedNames
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        if input.object == nil { reading.note(path, "must be an object") }
        return KeyedDecodingContainer(
            InputMembers<Key>(reading: reading, members: input.object, path: path, asked: asked)
        )
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        if input.array == nil { reading.note(path, "must be a list") }
        return InputElements(reading: reading, elements: input.array ?? [], path: path)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        InputSingle(reading: reading, input: input, path: path)
    }
}

/// The fields of an object.
private struct InputMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let reading: Reading
    /// `nil` when it is no object, which has been noted; then nothing more is said of its fields.
    let members: [String: JSONValue]?
    let path: FieldPath
    let asked: AskedNames
    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] { (members ?? [:]).keys.sorted().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool {
        asked.names.insert(key.stringValue)
        return members?[key.stringValue].map { !$0.isNull } ?? false
    }

    func decodeNil(forKey key: Key) -> Bool { !contains(key) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        asked.names.insert(key.stringValue)
        guard let members else { return try SchemaRecorder.shape(of: type).value }
        let input = members[key.stringValue].flatMap { $0.isNull ? nil : $0 }
        return try reading.read(type, input, at: path.member(key.stringValue))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw unsupported }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw unsupported }
    func superDecoder() throws -> any Decoder { throw unsupported }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported }

    private var unsupported: APIError { APIError(.internalError, "This type cannot be read from an input.") }
}

/// The elements of a list.
private struct InputElements: UnkeyedDecodingContainer {
    let reading: Reading
    let elements: [JSONValue]
    let path: FieldPath
    var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        defer { currentIndex += 1 }
        return try reading.read(type, isAtEnd ? nil : elements[currentIndex], at: path.element(currentIndex))
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { throw unsupported }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unsupported }
    mutating func superDecoder() throws -> any Decoder { throw unsupported }

    private var unsupported: APIError { APIError(.internalError, "This type cannot be read from an input.") }
}

/// A value that is one JSON value.
private struct InputSingle: SingleValueDecodingContainer {
    let reading: Reading
    let input: JSONValue
    let path: FieldPath
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { input.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try reading.read(type, input, at: path) }
}

/// Lets a value that is one JSON value read itself, and throws what it throws.
struct LeafDecoder: Decoder, SingleValueDecodingContainer {
    let input: JSONValue
    let form: InputDecoder.Form
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw mismatch }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw mismatch }
    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { input.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let value = Primitive.read(type, input, form: form) else { throw mismatch }
        return value
    }

    private var mismatch: DecodingError {
        DecodingError.dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: "another kind of value"))
    }
}
