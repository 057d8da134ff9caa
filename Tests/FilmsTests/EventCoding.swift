import Bus

enum EventCoding {
    /// As the database keeps it.
    static func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try EventCodec.decode(Value.self, from: try EventCodec.encode(value))
    }
}
