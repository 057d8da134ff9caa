import FoundationEssentials

/// Writes a value as JSON, straight into the bytes that leave.
///
/// Every exported event and every HTTP answer passes here, and Foundation's encoder, which builds a tree first, takes
/// several times as long.
/// The result means the same: members stand in the order in which the type encodes them. Values that Foundation writes
/// in a way of its own (`Data`, `URL`, `Decimal`), and types that fill nested containers out of order, throw
/// `Unsupported`; the caller then asks Foundation.
package final class OnePassEncoder {
    fileprivate let output = JSONOutput()

    /// The value cannot be written in one pass.
    package struct Unsupported: Error {}

    package init() {}

    /// Appends the JSON text of a value, by Foundation's encoder where this one cannot.
    ///
    /// - Throws: what the value throws, and `EncodingError` for numbers that JSON does not have; `bytes` are then as before.
    package func encodeAny(_ value: some Encodable, to bytes: inout [UInt8]) throws {
        let start = bytes.count
        do {
            try encode(value, to: &bytes)
        } catch {
            bytes.removeLast(bytes.count - start)
            guard error is Unsupported else { throw error }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes]
            bytes.append(contentsOf: try encoder.encode(value))
        }
    }

    /// Appends the JSON text of a value.
    ///
    /// - Throws: what the value throws, `EncodingError` for numbers that JSON does not have, and `Unsupported`; `bytes`
    ///   then ends in a part of the value.
    package func encode(_ value: any Encodable, to bytes: inout [UInt8]) throws {
        swap(&output.bytes, &bytes)
        defer { swap(&output.bytes, &bytes) }
        output.open.removeAll(keepingCapacity: true)
        output.isBroken = false
        try output.write(value, depth: 0)
        if output.isBroken { throw Unsupported() }
    }
}

/// The text under construction, and the objects and arrays that are open in it.
private final class JSONOutput {
    struct Open {
        let serial: Int
        let isArray: Bool
        var count = 0
    }

    var bytes: [UInt8] = []
    var open: [Open] = []
    /// Set where something went wrong in a function that cannot throw.
    var isBroken = false
    private var serial = 0

    // MARK: Structure

    /// Closes everything deeper than `depth`.
    func close(to depth: Int) throws {
        guard open.count >= depth else { throw OnePassEncoder.Unsupported() }
        while let last = open.last, open.count > depth {
            bytes.append(last.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}"))
            open.removeLast()
        }
    }

    /// Opens a container as the value at `depth`, or goes on with the one that was opened there by the same encoder.
    func begin(isArray: Bool, depth: Int) -> Place {
        if open.count > depth, open[depth].isArray == isArray { return Place(depth: depth, serial: open[depth].serial) }
        if open.count != depth { isBroken = true }
        bytes.append(isArray ? UInt8(ascii: "[") : UInt8(ascii: "{"))
        serial += 1
        open.append(Open(serial: serial, isArray: isArray))
        return Place(depth: open.count - 1, serial: serial)
    }

    /// Which container: it is no longer there once another has been written to around it.
    struct Place {
        let depth: Int
        let serial: Int
    }

    /// Makes ready for the next element of a container.
    func element(_ place: Place) throws {
        guard open.count > place.depth, open[place.depth].serial == place.serial else {
            isBroken = true
            throw OnePassEncoder.Unsupported()
        }
        try close(to: place.depth + 1)
        if open[place.depth].count > 0 { bytes.append(UInt8(ascii: ",")) }
        open[place.depth].count += 1
    }

    func member(_ name: String, _ place: Place) throws {
        try element(place)
        JSONText.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    // MARK: Values

    func write(_ value: some BinaryInteger) {
        if value < 0 {
            bytes.append(UInt8(ascii: "-"))
            bytes.appendNumber(UInt64(value.magnitude))
        } else {
            bytes.appendNumber(UInt64(value))
        }
    }

    func write(_ value: some BinaryFloatingPoint & CustomStringConvertible, path: [any CodingKey]) throws {
        guard value.isFinite else {
            let context = EncodingError.Context(codingPath: path, debugDescription: "JSON has no number \(value)")
            throw EncodingError.invalidValue(value, context)
        }
        var text = value.description
        text.withUTF8 { utf8 in
            // Whole numbers as Foundation writes them.
            let isWhole =
                utf8.count > 2 && utf8[utf8.count - 1] == UInt8(ascii: "0")
                && utf8[utf8.count - 2] == UInt8(ascii: ".")
            bytes.append(contentsOf: isWhole ? utf8.dropLast(2) : utf8[...])
        }
    }

    func write(_ value: Bool) { bytes.append(contentsOf: (value ? "true" : "false").utf8) }

    func write(_ value: String) { JSONText.write(value, to: &bytes) }

    func writeNull() { bytes.append(contentsOf: "null".utf8) }

    func write(_ value: some Encodable, depth: Int) throws {
        let kind = type(of: value) as Any.Type
        if kind == Data.self || kind == URL.self || kind == Decimal.self { throw OnePassEncoder.Unsupported() }
        let start = bytes.count
        try value.encode(to: JSONValueEncoder(output: self, depth: depth))
        try close(to: depth)
        // A type without anything to encode is an empty object.
        if bytes.count == start { bytes.append(contentsOf: "{}".utf8) }
    }
}

/// Writes one value at a depth: the number of containers open around it.
private struct JSONValueEncoder: Encoder {
    let output: JSONOutput
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONMembers<Key>(output: output, place: output.begin(isArray: false, depth: depth)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONElements(output: output, place: output.begin(isArray: true, depth: depth))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingle(output: output, depth: depth) }
}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let output: JSONOutput
    let place: JSONOutput.Place
    var codingPath: [any CodingKey] { [] }

    private func begin(_ key: Key) throws { try output.member(key.stringValue, place) }

    mutating func encodeNil(forKey key: Key) throws {
        try begin(key)
        output.writeNull()
    }

    mutating func encode(_ value: Bool, forKey key: Key) throws {
        try begin(key)
        output.write(value)
    }

    mutating func encode(_ value: String, forKey key: Key) throws {
        try begin(key)
        output.write(value)
    }

    mutating func encode(_ value: Double, forKey key: Key) throws {
        try begin(key)
        try output.write(value, path: [key])
    }

    mutating func encode(_ value: Float, forKey key: Key) throws {
        try begin(key)
        try output.write(value, path: [key])
    }

    mutating func encode(_ value: Int, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: Int8, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: Int16, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: Int32, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: Int64, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: UInt, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: UInt8, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: UInt16, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: UInt32, forKey key: Key) throws { try whole(value, key) }
    mutating func encode(_ value: UInt64, forKey key: Key) throws { try whole(value, key) }

    private func whole(_ value: some BinaryInteger, _ key: Key) throws {
        try begin(key)
        output.write(value)
    }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        try begin(key)
        try output.write(value, depth: place.depth + 1)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        // Cannot throw; a container out of order shows at its next element.
        try? begin(key)
        return JSONValueEncoder(output: output, depth: place.depth + 1).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        try? begin(key)
        return JSONValueEncoder(output: output, depth: place.depth + 1).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { JSONUnsupported() }
    mutating func superEncoder(forKey key: Key) -> any Encoder { JSONUnsupported() }
}

private struct JSONElements: UnkeyedEncodingContainer {
    let output: JSONOutput
    let place: JSONOutput.Place
    var codingPath: [any CodingKey] { [] }
    var count: Int { output.open.count > place.depth ? output.open[place.depth].count : 0 }

    mutating func encodeNil() throws {
        try output.element(place)
        output.writeNull()
    }

    mutating func encode(_ value: String) throws {
        try output.element(place)
        output.write(value)
    }

    mutating func encode(_ value: some Encodable) throws {
        try output.element(place)
        try output.write(value, depth: place.depth + 1)
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        try? output.element(place)
        return JSONValueEncoder(output: output, depth: place.depth + 1).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        try? output.element(place)
        return JSONValueEncoder(output: output, depth: place.depth + 1).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { JSONUnsupported() }
}

private struct JSONSingle: SingleValueEncodingContainer {
    let output: JSONOutput
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() throws { output.writeNull() }
    mutating func encode(_ value: Bool) throws { output.write(value) }
    mutating func encode(_ value: String) throws { output.write(value) }
    mutating func encode(_ value: Double) throws { try output.write(value, path: []) }
    mutating func encode(_ value: Float) throws { try output.write(value, path: []) }
    mutating func encode(_ value: Int) throws { output.write(value) }
    mutating func encode(_ value: Int8) throws { output.write(value) }
    mutating func encode(_ value: Int16) throws { output.write(value) }
    mutating func encode(_ value: Int32) throws { output.write(value) }
    mutating func encode(_ value: Int64) throws { output.write(value) }
    mutating func encode(_ value: UInt) throws { output.write(value) }
    mutating func encode(_ value: UInt8) throws { output.write(value) }
    mutating func encode(_ value: UInt16) throws { output.write(value) }
    mutating func encode(_ value: UInt32) throws { output.write(value) }
    mutating func encode(_ value: UInt64) throws { output.write(value) }
    mutating func encode(_ value: some Encodable) throws { try output.write(value, depth: depth) }
}

/// Stands where a type asks for something that one pass cannot give.
private struct JSONUnsupported: Encoder, SingleValueEncodingContainer, UnkeyedEncodingContainer {
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var count: Int { 0 }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONUnsupportedMembers<Key>())
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { self }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    mutating func encodeNil() throws { throw OnePassEncoder.Unsupported() }
    mutating func encode(_ value: some Encodable) throws { throw OnePassEncoder.Unsupported() }
    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
    mutating func superEncoder() -> any Encoder { self }
}

private struct JSONUnsupportedMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    var codingPath: [any CodingKey] { [] }
    mutating func encodeNil(forKey key: Key) throws { throw OnePassEncoder.Unsupported() }
    mutating func encode(_ value: some Encodable, forKey key: Key) throws { throw OnePassEncoder.Unsupported() }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { JSONUnsupported().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { JSONUnsupported() }
    mutating func superEncoder() -> any Encoder { JSONUnsupported() }
    mutating func superEncoder(forKey key: Key) -> any Encoder { JSONUnsupported() }
}
