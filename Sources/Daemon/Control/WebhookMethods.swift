import API
import Bus
import BusZeroMQ
import JSON
import Store

/// `webhooks.*`: what other services have told the station.
struct WebhookMethods {
    let inbox: WebhookInbox

    var all: [ControlMethod] {
        [
            .reading("webhooks.list", role: .operator) { call throws(JSONRPCError) in try await list(call.params) },
            .reading("webhooks.get", role: .operator) { call throws(JSONRPCError) in try await delivery(call.params) },
        ]
    }

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("source", "limit")
        let source = try params.optionalText("source", sizeBytesMax: 32)
        let limit = Int(try params.number("limit", in: 1...500, otherwise: 50))
        let inbox = inbox
        let found = try await answering { () throws(StoreError) in
            try await inbox.deliveries(of: source, limit: limit)
        }
        return ["deliveries": .array(found.map(WebhookMethods.head))]
    }

    private func delivery(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id")
        guard let id = UUIDv7(try params.text("id", sizeBytesMax: 36)) else {
            throw .badParameters("id", "id must be the id of a delivery")
        }
        let inbox = inbox
        guard let found = try await answering({ () throws(StoreError) in try await inbox.delivery(id) }) else {
            throw .notFound("no delivery has the id \(id)")
        }
        guard case .object(var members) = WebhookMethods.head(found) else { return .null }
        members["body"] = .string(found.body)
        return .object(members)
    }

    private static func head(_ delivery: WebhookInbox.Delivery) -> JSONValue {
        [
            "id": .string(delivery.id.description), "source": .string(delivery.source),
            "delivery": .string(delivery.delivery), "receivedAt": .string(delivery.receivedAt.description),
            "bytes": .int(Int64(delivery.body.utf8.count)),
        ]
    }
}
