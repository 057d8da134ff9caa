/// A decoder that has whatever it is asked for, and writes down what that was.
///
/// Synthesised code asks `contains` only for fields that may be absent; that is how optional fields are told apart.
struct RecordingDecoder: Decoder {
    let recording: SchemaRecording
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        recording.beginObject()
        return KeyedDecodingContainer(KeyedRecorder(recording: recording, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        UnkeyedRecorder(recording: recording, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleRecorder(recording: recording, codingPath: codingPath)
    }
}

/// Records the fields of an object.
private struct KeyedRecorder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recording: SchemaRecording
    let codingPath: [any CodingKey]

    /// One made-up key, for dictionaries, which ask for all.
    var allKeys: [Key] { [Key(stringValue: "key")].compactMap(\.self) }

    func contains(_ key: Key) -> Bool {
        recording.noteOptional(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let (schema, value) = try SchemaRecorder.shape(of: type, at: codingPath + [key])
        recording.note(key.stringValue, schema)
        return value
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        throw unsupported("a nested container")
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw unsupported("a nested container")
    }

    func superDecoder() throws -> any Decoder { throw unsupported("a class") }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported("a class") }

    private func unsupported(_ what: String) -> SchemaError {
        SchemaError(type: "\(Key.self)", path: codingPath.map(\.stringValue), problem: "\(what) cannot be recorded")
    }
}

extension KeyedRecorder {
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try primitive(type, key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try primitive(type, key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try primitive(type, key) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try primitive(type, key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try primitive(type, key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try primitive(type, key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try primitive(type, key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try primitive(type, key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try primitive(type, key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try primitive(type, key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try primitive(type, key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try primitive(type, key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try primitive(type, key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try primitive(type, key) }

    private func primitive<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value {
        let (schema, value) = try SchemaRecorder.shape(of: type, at: codingPath + [key])
        recording.note(key.stringValue, schema)
        return value
    }
}

/// Records the elements of an array, by way of one.
private struct UnkeyedRecorder: UnkeyedDecodingContainer {
    let recording: SchemaRecording
    let codingPath: [any CodingKey]
    var currentIndex = 0
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex > 0 }

    mutating func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        currentIndex += 1
        let (schema, value) = try SchemaRecorder.shape(of: type, at: codingPath)
        recording.noteElement(schema)
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { throw unsupported }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unsupported }
    mutating func superDecoder() throws -> any Decoder { throw unsupported }

    private var unsupported: SchemaError {
        SchemaError(type: "array", path: codingPath.map(\.stringValue), problem: "nesting cannot be recorded")
    }
}

/// Records a value that is one JSON value.
private struct SingleRecorder: SingleValueDecodingContainer {
    let recording: SchemaRecording
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (schema, value) = try SchemaRecorder.shape(of: type, at: codingPath)
        recording.noteSingle(schema)
        return value
    }
}
