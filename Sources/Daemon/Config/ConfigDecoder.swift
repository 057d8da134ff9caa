/// Fills a section from a table that has been merged over its defaults, through the synthesised `Decodable`.
struct ConfigDecoder: Decoder {
    private let fields: [String: ConfigValue]
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    static func decode<Section: ConfigSection>(_ type: Section.Type, from value: ConfigValue) throws -> Section {
        guard case .table(let fields) = value else { throw ConfigCodingError.mismatch(.table([]), value) }
        return try Section(from: ConfigDecoder(fields: fields))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container(fields: fields))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Self.refusal }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Self.refusal }

    private static let refusal = ConfigCodingError(description: "a section holds only keys with configurable values")

    private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let fields: [String: ConfigValue]
        let codingPath: [any CodingKey] = []

        var allKeys: [Key] { fields.keys.compactMap { Key(stringValue: $0) } }

        func contains(_ key: Key) -> Bool { fields[SnakeCase.key(key.stringValue)] != nil }

        func decodeNil(forKey key: Key) throws -> Bool { !contains(key) }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            let name = SnakeCase.key(key.stringValue)
            guard let value = fields[name], let representable = type as? any ConfigRepresentable.Type,
                let result = try representable.init(configValue: value) as? T
            else { throw ConfigCodingError(description: "no value for \(name)") }
            return result
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw ConfigDecoder.refusal }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            throw ConfigDecoder.refusal
        }

        func superDecoder() throws -> any Decoder { throw ConfigDecoder.refusal }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw ConfigDecoder.refusal }
    }
}
