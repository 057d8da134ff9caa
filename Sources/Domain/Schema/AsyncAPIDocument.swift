package import Bus

extension EventSchema {
    /// The AsyncAPI 3 document of the events endpoint: one channel and one message per event type.
    ///
    /// - Parameters:
    ///   - types: the event types to list.
    ///   - release: the version of the station that the document describes.
    /// - Returns: the whole document.
    /// - Throws: `SchemaError` when one of the types cannot be described.
    package static func asyncAPI(
        of types: [any Event.Type] = EventCatalogue.all,
        release: String
    ) throws -> SchemaNode {
        var channels: [String: SchemaNode] = [:]
        var operations: [String: SchemaNode] = [:]
        var messages: [String: SchemaNode] = [:]
        for type in types {
            let name = type.topic.text
            channels[name] = [
                "address": .text(name),
                "title": .text(title(type)),
                "messages": [name: ["$ref": .text("#/components/messages/\(name)")]],
            ]
            operations["receive.\(name)"] = [
                "action": "receive",
                "channel": ["$ref": .text("#/channels/\(name)")],
                "messages": [["$ref": .text("#/channels/\(name)/messages/\(name)")]],
            ]
            messages[name] = [
                "name": .text(name),
                "title": .text(title(type)),
                "contentType": "application/json",
                "headers": ["$ref": "#/components/schemas/Header"],
                "payload": [
                    "schemaFormat": "application/schema+json;version=draft-2020-12",
                    "schema": try payload(of: type),
                ],
                "x-version": .whole(Int(type.version)),
                "x-delivery": .text(type.delivery.name),
            ]
        }
        return [
            "asyncapi": "3.0.0",
            "info": [
                "title": "CryptoCall FM events",
                "version": .text(release),
                "description": """
                Three frames over ZeroMQ: the topic (the address of the channel, then for some types a dot and the \
                subject), the header, and the payload.
                """,
            ],
            "defaultContentType": "application/json",
            "channels": .object(channels),
            "operations": .object(operations),
            "components": ["messages": .object(messages), "schemas": ["Header": try header()]],
        ]
    }

    /// The schema of the header frame, from the type that reads it.
    private static func header() throws -> SchemaNode {
        try SchemaRecorder.shape(of: WireHeader.self).schema
    }

    private static func title(_ type: any Event.Type) -> String {
        (type as? any DocumentedEvent.Type)?.summary ?? type.topic.text
    }
}
