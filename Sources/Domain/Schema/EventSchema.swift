package import Bus
import FoundationEssentials

/// The published contract, made from the event types themselves.
package enum EventSchema {
    static let dialect: SchemaNode = "https://json-schema.org/draft/2020-12/schema"

    /// The JSON Schema (2020-12) of an event's payload.
    ///
    /// Unknown fields stay allowed: a later version may add some.
    ///
    /// - Throws: `SchemaError` when the type's `init(from:)` does something that cannot be recorded.
    package static func payload(of type: any Event.Type) throws -> SchemaNode {
        var schema = try shape(of: type)
            .with("$schema", dialect)
            .with("$id", .text(identifier(type)))
            .with("title", .text(type.topic.text))
        if let documented = type as? any DocumentedEvent.Type {
            schema = schema.with("description", .text(documented.summary))
        }
        return schema
    }

    /// The schemas of several event types, by topic.
    package static func payloads(
        of types: [any Event.Type] = EventCatalogue.all
    ) throws -> [(topic: Topic, schema: SchemaNode)] {
        try types.map { (topic: $0.topic, schema: try payload(of: $0)) }.sorted { $0.topic.text < $1.topic.text }
    }

    /// The document as JSON text with sorted keys, so that the same types always make the same bytes.
    package static func text(of document: SchemaNode) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    static func identifier(_ type: any Event.Type) -> String {
        "urn:cryptocall:event:\(type.topic.text):\(type.version)"
    }

    private static func shape<Payload: Event>(of type: Payload.Type) throws -> SchemaNode {
        try SchemaRecorder.shape(of: type).schema
    }
}
