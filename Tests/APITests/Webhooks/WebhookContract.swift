import Bus
import Domain
import HTTPClient
import Identity
import JSON
import Store
import Testing

@testable import API

/// What the inbox does, whichever engine keeps it.
enum WebhookContract {
    static let secret = "0123456789abcdef"

    static func check(_ store: any Storage) async throws {
        let inbox = WebhookInbox(store: store, author: Incarnation(of: "webhooks"))
        let source = WebhookRoutes.Source(
            name: "payments",
            scheme: .bearer,
            secret: Array(secret.utf8),
            tolerance: .seconds(300)
        )
        let signed = WebhookRoutes.Source(
            name: "watchers",
            scheme: .hmac,
            secret: Array(secret.utf8),
            tolerance: .seconds(300)
        )
        let table = try RouteTable(WebhookRoutes(sources: [source, signed], inbox: inbox, now: { .now }).all())
        let told = try store.bus.subscribe(to: WebhookReceived.self, as: "test")
        try await TestListener.serving(table) { ask in
            func send(_ body: String, secret: String = secret, id: String? = nil) async throws -> HTTPResponse {
                var headers: HTTPHeaders = ["authorization": secret]
                headers["x-event-id"] = id
                return try await ask(.post, "/api/webhooks/payments", headers, body)
            }
            let first = try await send(#"{"id":"evt_1","amount":5}"#)
            let receipt = try JSONValue(parsing: first.body)
            #expect(first.status == 200 && receipt["is_new"]?.bool == true)
            let id = try #require(receipt["id"]?.string.flatMap { UUIDv7($0) })
            var events = told.makeAsyncIterator()
            let event = await events.next()
            #expect(event?.payload.id == id && event?.payload.delivery == "evt_1")
            let again = try JSONValue(parsing: await send(#"{"id":"evt_1","amount":5}"#).body)
            #expect(again["is_new"]?.bool == false && again["id"]?.string == id.description)
            #expect(try await inbox.delivery(id)?.body == #"{"id":"evt_1","amount":5}"#)
            // Without a name of its own a delivery is known by its content.
            let nameless = try JSONValue(parsing: await send("[1]").body)
            let repeated = try JSONValue(parsing: await send("[1]").body)
            #expect(nameless["is_new"]?.bool == true && repeated["is_new"]?.bool == false)
            for (response, status) in [
                (try await send("{}", secret: "wrong"), 401), (try await send("{"), 400),
                (try await send("{}", id: String(repeating: "x", count: 201)), 422),
                (try await ask(.post, "/api/webhooks/nobody", [:], "{}"), 404),
            ] { #expect(response.status == status) }
            #expect(try await isNew(ask, #"{"id":"evt_3"}"#, as: nil) == true)
            #expect(try await isNew(ask, #"{"id":"evt_3"}"#, as: "another name that nobody has signed") == false)
            // Many at once are one.
            let answers = try await withThrowingTaskGroup(of: Bool?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let headers: HTTPHeaders = ["authorization": secret]
                        let body = try await ask(.post, "/api/webhooks/payments", headers, #"{"id":"evt_2"}"#).body
                        return try JSONValue(parsing: body)["is_new"]?.bool
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 8 && answers.count { $0 == true } == 1)
            #expect(try await inbox.deliveries(of: "payments", limit: 10).count == 3)
        }
    }

    /// Sends what is signed with its body, under a name beside it.
    private static func isNew(_ ask: TestListener.Ask, _ body: String, as name: String?) async throws -> Bool? {
        let moment = "\(Timestamp.now.nanoseconds / 1_000_000_000)"
        let code = try #require(
            MessageCode.sha256(of: Array("\(moment).\(body)".utf8), secret: Array(secret.utf8))
        )
        let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var headers: HTTPHeaders = ["x-timestamp": moment, "x-signature": "sha256=\(digits)"]
        headers["x-event-id"] = name
        return try JSONValue(parsing: await ask(.post, "/api/webhooks/watchers", headers, body).body)["is_new"]?.bool
    }
}
