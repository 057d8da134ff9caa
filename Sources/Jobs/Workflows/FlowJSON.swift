import Bus

/// How inputs, outputs and payloads become the JSON that is recorded.
enum FlowJSON {
    static let nothing = "null"

    /// - Throws: `FlowValueError` when the value does not encode or is larger than `Flow.outputBytesMax`.
    static func encode(_ value: some Encodable, of what: String) throws(FlowValueError) -> String {
        let bytes: [UInt8]
        do {
            bytes = try EventCodec.encode(value)
        } catch {
            throw FlowValueError("the \(what) does not encode: \(error)")
        }
        guard bytes.count <= Flow.outputBytesMax else {
            throw FlowValueError(
                "the \(what) has \(bytes.count) bytes, \(Flow.outputBytesMax) is the most: keep it in a file and return its name"
            )
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from json: String,
        of what: String
    ) throws(FlowValueError) -> Value {
        do {
            return try EventCodec.decode(type, from: json.utf8)
        } catch {
            throw FlowValueError("the recorded \(what) does not decode as \(type): \(error)")
        }
    }
}

/// A value could not be recorded, or not be read back.
package struct FlowValueError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
