/// Lists the properties of a section through its synthesised `Encodable`, in the order of declaration.
///
/// Only one level is visited: each property is a `ConfigRepresentable`, which knows its own value and schema.
struct ConfigEncoder: Encoder {
    typealias Property = (name: String, value: any ConfigRepresentable)

    private let properties: Properties
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    /// A property that cannot stand in a configuration is left out here and found by the tests of the section.
    static func fields<Section: Encodable>(of section: Section) -> [Property] {
        let properties = Properties()
        do {
            try section.encode(to: ConfigEncoder(properties: properties))
        } catch {
            return []
        }
        return properties.list
    }

    private init(properties: Properties) { self.properties = properties }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Container(properties: properties))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { Refusal() }
    func singleValueContainer() -> any SingleValueEncodingContainer { Refusal() }

    /// Lives only during one call of `fields(of:)`, on one thread.
    private final class Properties {
        var list: [Property] = []
    }

    private struct Container<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let properties: Properties
        let codingPath: [any CodingKey] = []

        func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
            guard let value = value as? any ConfigRepresentable else { throw Refusal.error }
            properties.list.append((SnakeCase.key(key.stringValue), value))
        }

        func encodeNil(forKey key: Key) throws { throw Refusal.error }

        func nestedContainer<Nested: CodingKey>(
            keyedBy keyType: Nested.Type,
            forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            KeyedEncodingContainer(Container<Nested>(properties: Properties()))
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { Refusal() }
        func superEncoder() -> any Encoder { ConfigEncoder(properties: Properties()) }
        func superEncoder(forKey key: Key) -> any Encoder { ConfigEncoder(properties: Properties()) }
    }

    /// A section is a table: anything else refuses.
    private struct Refusal: UnkeyedEncodingContainer, SingleValueEncodingContainer {
        static let error = ConfigCodingError(description: "a section holds only keys with configurable values")
        let codingPath: [any CodingKey] = []
        let count = 0

        func encode<T: Encodable>(_ value: T) throws { throw Self.error }
        func encodeNil() throws { throw Self.error }

        func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
            KeyedEncodingContainer(Container<Nested>(properties: Properties()))
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { Refusal() }
        func superEncoder() -> any Encoder { ConfigEncoder(properties: Properties()) }
    }
}
