package import Bus

/// A type that is one value in JSON, whatever its `init(from:)` does: its schema, and one value that satisfies it.
///
/// The recorder cannot look into such a type, because decoding it means parsing a text.
package protocol SchemaLeaf: Decodable {
    static var schema: SchemaNode { get }
    /// Any valid value; it only lets the recorder go on to the next field.
    static var sample: Self { get }
}

extension Timestamp: SchemaLeaf {
    package static var schema: SchemaNode { ["type": "string", "format": "date-time"] }
    package static var sample: Timestamp { Timestamp(seconds: 0) }
}

extension UUIDv7: SchemaLeaf {
    package static var schema: SchemaNode { ["type": "string", "format": "uuid"] }
    package static var sample: UUIDv7 { UUIDv7(milliseconds: 0, counter: 0, random: 0) }
}

extension ActorName: SchemaLeaf {
    package static var schema: SchemaNode { ["type": "string", "pattern": "^[a-z0-9_.-]{1,64}$"] }
    package static var sample: ActorName { "sample" }
}

extension ExactDecimal: SchemaLeaf {
    package static var schema: SchemaNode {
        ["type": "string", "format": "decimal", "pattern": #"^-?[0-9]+(\.[0-9]+)?$"#]
    }
    package static var sample: ExactDecimal { .zero }
}

extension Price: SchemaLeaf {
    package static var schema: SchemaNode { ExactDecimal.schema }
    package static var sample: Price { Price(.zero) }
}

extension TradingPair: SchemaLeaf {
    package static var schema: SchemaNode { ["type": "string", "pattern": "^[A-Z0-9]{1,15}-[A-Z0-9]{1,15}$"] }
    package static var sample: TradingPair { TradingPair(knownBase: "BTC", quote: "USD") }
}

/// A closed set of names.
package protocol SchemaChoice: SchemaLeaf, CaseIterable, RawRepresentable where RawValue == String {}

extension SchemaChoice {
    package static var schema: SchemaNode {
        ["type": "string", "enum": .array(allCases.map { .text($0.rawValue) })]
    }
    // An enumeration without cases has no values, so nothing can be decoded into it either.
    package static var sample: Self { allCases[allCases.startIndex] }
}

extension CandleInterval: SchemaChoice {}
extension SegmentKind: SchemaChoice {}
extension Energy: SchemaChoice {}
extension PartKind: SchemaChoice {}
extension SpokenFact.Quantity: SchemaChoice {}
extension HealthStatus: SchemaChoice {}
extension ActorChanged.What: SchemaChoice {}
extension SupervisorChanged.What: SchemaChoice {}
extension ControlCalled.Outcome: SchemaChoice {}
