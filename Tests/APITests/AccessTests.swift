import Domain
import HTTPClient
import Identity
import JSON
import Testing

@testable import API

/// Who gets through which door, and with what in hand.
@Suite(.timeLimit(.minutes(1))) struct AccessTests {
    private struct Order: Codable, Hashable, Sendable {
        let name: String
        let count: Int
    }

    private struct Seen: Codable, Hashable, Sendable {
        let email: String?
        let address: String
    }

    private func table() throws -> RouteTable {
        let open = try Route.get(
            "/open",
            access: .anyone,
            summary: "Greets",
            group: "Tests",
            query: NoQuery.self,
            answers: [200: "who asked"]
        ) { (_, call) throws(APIError) in Route.Reply(Seen(email: call.principal?.email, address: call.address)) }
        let order = try Route.send(
            "POST",
            "/order",
            access: .role(.client, scope: .write),
            summary: "Takes an order",
            group: "Tests",
            bodyBytesMax: 1000,
            body: Order.self,
            answers: [201: "taken"]
        ) { (order, _) throws(APIError) in Route.Reply(order, status: 201) }
        let drop = try Route.send(
            "DELETE",
            "/order/{id}",
            access: .role(.operator, scope: .write),
            summary: "Drops an order",
            group: "Tests",
            body: NoBody.self,
            answers: [204: "dropped"]
        ) { (_, _) throws(APIError) in Route.Reply(NoContent(), status: 204) }
        let wrong = try Route.get(
            "/wrong",
            access: .anyone,
            summary: "Answers with a status that it does not list",
            group: "Tests",
            query: NoQuery.self,
            answers: [200: "never"]
        ) { (_, _) throws(APIError) in Route.Reply(Seen(email: nil, address: ""), status: 202) }
        return try RouteTable([open, order, drop, wrong])
    }

    private let json: HTTPHeaders = ["content-type": "application/json"]

    private func headers(_ token: String?, _ more: HTTPHeaders = [:]) -> HTTPHeaders {
        var all = more
        if let token { all["authorization"] = "Bearer \(token)" }
        return all
    }

    @Test func `a role and a scope open a door, and nothing less does`() async throws {
        try await TestListener.serving(table()) { ask in
            let body = #"{"name": "n", "count": 2}"#
            for (token, status, code) in [
                (nil, 401, "unauthorized"), ("nobody", 401, "unauthorized"), ("viewer", 403, "forbidden"),
                ("client", 201, nil), ("admin", 201, nil), ("admin/read", 403, "forbidden"), ("client/write", 201, nil),
            ] as [(String?, Int, String?)] {
                let response = try await ask(.post, "/order", headers(token, json), body)
                #expect(response.status == status, "\(token ?? "no token")")
                #expect(try JSONValue(parsing: response.body)["error"]?.string == code)
                #expect((response.headers["www-authenticate"] == "Bearer") == (status == 401))
            }
            let dropped = try await ask(.delete, "/order/7", headers("operator"), nil)
            #expect(dropped.status == 204 && dropped.body.isEmpty)
            #expect(try await ask(.delete, "/order/7", headers("client"), nil).status == 403)
        }
    }

    private func email(_ ask: TestListener.Ask, _ headers: HTTPHeaders) async throws -> String? {
        try JSONValue(parsing: await ask(.get, "/open", headers, nil).body)["email"]?.string
    }

    @Test func `a credential may come as a key or a cookie, but only one at a time`() async throws {
        try await TestListener.serving(table()) { ask in
            #expect(try await email(ask, [:]) == nil)
            #expect(try await email(ask, ["x-api-key": "viewer/read"]) == "viewer@example.org")
            #expect(try await email(ask, ["cookie": "a=b; cryptocall_session=admin"]) == "admin@example.org")
            // A cookie that has expired makes a stranger of its browser; a token that has expired is told so.
            #expect(try await email(ask, ["cookie": "cryptocall_session=gone"]) == nil)
            #expect(try await ask(.get, "/open", headers("gone"), nil).status == 401)
            #expect(try await ask(.get, "/open", ["authorization": "Basic eDp5"], nil).status == 401)
            let both: HTTPHeaders = ["authorization": "Bearer admin", "x-api-key": "viewer"]
            #expect(try await ask(.get, "/open", both, nil).status == 400)
            let seen = try JSONValue(parsing: await ask(.get, "/open").body)
            #expect(seen["address"]?.string == "127.0.0.1")

            // Another page can make a browser send the cookie, but not say that it comes from here.
            let body = #"{"name": "n", "count": 2}"#
            var form = json
            form["cookie"] = "cryptocall_session=client"
            #expect(try await ask(.post, "/order", form, body).status == 403)
            form["origin"] = "https://elsewhere.example"
            #expect(try await ask(.post, "/order", form, body).status == 403)
            form["origin"] = "http://127.0.0.1:\(ask.port)"
            #expect(try await ask(.post, "/order", form, body).status == 201)
        }
    }

    @Test func `a body is typed and bounded, and all its faults are listed`() async throws {
        try await TestListener.serving(table()) { ask in
            let text: HTTPHeaders = ["content-type": "text/plain"]
            let latin: HTTPHeaders = ["content-type": "application/json; charset=latin1"]
            for (headers, body, status) in [
                (json, #"{"name": "n", "count": 2}"#, 201), (text, #"{"name": "n", "count": 2}"#, 415),
                (latin, #"{"name": "n", "count": 2}"#, 415), (json, "{", 400), (json, "[]", 422),
                (json, "{\"name\": \"\(String(repeating: "x", count: 1000))\", \"count\": 1}", 413),
            ] {
                #expect(
                    try await ask(.post, "/order", self.headers("client", headers), body).status == status,
                    "\(body)"
                )
            }
            let faulty = try await ask(.post, "/order", headers("client", json), #"{"nane": 1, "count": "two"}"#)
            let details = try JSONValue(parsing: faulty.body)["details"]?.array ?? []
            #expect(faulty.status == 422)
            #expect(Set(details.compactMap { $0["field"]?.string }) == ["name", "nane", "count"])
            #expect(try await ask(.delete, "/order/7", headers("admin", json), "{}").status == 400)
        }
    }

    @Test func `no answer goes out that the route does not list`() async throws {
        try await TestListener.serving(table()) { ask in
            let response = try await ask(.get, "/wrong")
            #expect(response.status == 500)
        }
    }
}
