import HTTPClient
import JSON
import Testing

@testable import API

/// What an administrator sees of live connections, and says to them.
@Suite(.timeLimit(.minutes(3))) struct LiveSessionTests {
    private let admin: HTTPHeaders = ["authorization": "Bearer admin"]

    @Test func `an administrator sees every connection and what became of the others`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let stream = try await EventStreamReader(fixture.loop, port: ask.port, "/events?topics=market.")
            _ = await stream.next("welcome")
            let socket = try await SocketReader(fixture.loop, port: ask.port, headers: ["Authorization: Bearer viewer"])
            socket.say(#"{"type":"subscribe","group":"news"}"#)
            _ = await socket.message("subscribed")
            for path in ["/api/sessions", "/api/sessions/stats"] {
                #expect(try await ask(.get, path).status == 401)
                #expect(try await ask(.get, path, ["authorization": "Bearer operator"]).status == 403)
            }
            let answer = try JSONValue(parsing: await ask(.get, "/api/sessions", admin).body)
            #expect(answer["total"]?.int == 2)
            let (first, second) = (answer["sessions"]?[0], answer["sessions"]?[1])
            #expect(first?["kind"]?.string == "events" && first?["address"]?.string == "127.0.0.1")
            #expect(first?["topics"] == ["market."] && first?["email"] == nil && first?["delivered"]?.int == 1)
            #expect(second?["kind"]?.string == "socket" && second?["role"]?.string == "viewer")
            #expect(second?["groups"] == ["news"] && second?["email"]?.string == "viewer@example.org")
            let id = try #require(first?["session_id"]?.string)
            let page = try JSONValue(parsing: await ask(.get, "/api/sessions?limit=1&after=\(id)", admin).body)
            #expect(page["sessions"]?.array?.count == 1 && page["sessions"]?[0] == second)
            for query in ["limit=0", "limit=1001", "after=x"] {
                #expect(try await ask(.get, "/api/sessions?\(query)", admin).status == 422, "\(query)")
            }
            stream.wire.close()
            try await fixture.until { $0.clients[.events] == 0 }
            let figures = try JSONValue(parsing: await ask(.get, "/api/sessions/stats", admin).body)
            #expect(figures["clients"]?["socket"]?.int == 1 && figures["clients"]?["events"]?.int == 0)
            #expect(figures["ended"]?["gone"]?.int == 1 && figures["connections_max"]?.int == 2000)
        }
    }

    @Test func `a broadcast reaches everybody, or a group`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let stream = try await EventStreamReader(fixture.loop, port: ask.port, "/events?groups=news")
            let socket = try await SocketReader(fixture.loop, port: ask.port)
            _ = await stream.next("welcome")
            _ = await socket.message("welcome")
            func say(_ body: String, _ headers: HTTPHeaders) async throws -> HTTPResponse {
                var headers = headers
                headers.append(name: "content-type", value: "application/json")
                return try await ask(.post, "/api/broadcast", headers, body)
            }
            #expect(try await say(#"{"text":"x"}"#, ["authorization": "Bearer operator"]).status == 403)
            for body in [#"{"text":""}"#, #"{"text":"\#(String(repeating: "x", count: 1001))"}"#, #"{"group":"news"}"#]
            {
                #expect(try await say(body, admin).status == 422)
            }
            let all = try await say(#"{"text":"one\ntwo"}"#, admin)
            #expect(try JSONValue(parsing: all.body) == ["clients": 2])
            #expect(await socket.message()?["text"]?.string == "one\ntwo")
            #expect(await stream.next()?.json["text"]?.string == "one\ntwo")
            let some = try await say(#"{"text":"only here","group":"news"}"#, admin)
            #expect(try JSONValue(parsing: some.body) == ["clients": 1])
            let item = try #require(await stream.next())
            #expect(item.event == "broadcast" && item.json["text"]?.string == "only here")
            socket.say(#"{"type":"ping"}"#)
            #expect(await socket.message()?["type"]?.string == "pong")
        }
    }

    @Test func `a group's states are told again when they have not changed for a while`() async throws {
        try await LiveFixture.serving {
            $0.repeatSeconds = [.market: 5, .prices: 0]
            $0.pulse.everySeconds = 1000
        } _: { fixture, ask in
            let group = try await EventStreamReader(fixture.loop, port: ask.port, "/events?groups=market")
            let topic = try await EventStreamReader(fixture.loop, port: ask.port, "/events?topics=market.")
            for reader in [group, topic] { _ = await reader.next("welcome") }
            try fixture.quote(1)
            for reader in [group, topic] { #expect(await reader.next()?.payload["number"]?.int == 1) }
            await fixture.seconds(12)
            for _ in 0..<2 { #expect(await group.next()?.payload["number"]?.int == 1) }
            try fixture.quote(2)
            for reader in [group, topic] { #expect(await reader.next()?.payload["number"]?.int == 2) }
        }
    }
}
