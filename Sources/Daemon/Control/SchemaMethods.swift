import Bus
import BusZeroMQ
import Domain
import JSON

/// `schema.get`: the published contract, made from the event types.
struct SchemaMethods {
    var all: [ControlMethod] {
        [
            .reading("schema.get") { call throws(JSONRPCError) in
                try call.params.only()
                do {
                    let document = try EventSchema.asyncAPI(release: Version.current)
                    var schemas: [String: JSONValue] = [:]
                    for (topic, schema) in try EventSchema.payloads() {
                        schemas[topic.text] = try JSONValue(encoding: schema)
                    }
                    return ["asyncapi": try JSONValue(encoding: document), "schemas": .object(schemas)]
                } catch {
                    throw .failedInside("the schemas cannot be made")
                }
            }
        ]
    }
}
