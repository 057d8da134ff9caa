import HTTPClient
import JSON
import Store
import Testing
import Threading

@testable import API

/// The WebSocket over real connections.
@Suite(.timeLimit(.minutes(3))) struct SocketTests {
    private func open(
        _ fixture: LiveFixture,
        _ ask: TestListener.Ask,
        _ headers: String...
    ) async throws -> SocketReader {
        let reader = try await SocketReader(fixture.loop, port: ask.port, headers: headers)
        #expect(reader.head.status == 101)
        #expect(await reader.message()?["type"]?.string == "welcome")
        return reader
    }

    @Test func `a handshake is answered as the standard has it, and with what every answer has`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await SocketReader(fixture.loop, port: ask.port, headers: ["X-Request-Id: mine"])
            #expect(reader.head.status == 101)
            #expect(reader.head.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(reader.head.headers["upgrade"] == "websocket" && reader.head.headers["connection"] == "upgrade")
            #expect(reader.head.headers["x-request-id"] == "mine")
            #expect(reader.head.headers["x-content-type-options"] == "nosniff")
            #expect(reader.head.headers["content-length"] == nil && reader.head.headers["transfer-encoding"] == nil)
            let welcome = try #require(await reader.message())
            #expect(welcome["session_id"]?.string?.count == 36 && welcome["heartbeat_seconds"]?.int == 10)
        }
    }

    @Test func `what is no request for a WebSocket gets an ordinary answer`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let plain = try await ask(.get, "/ws")
            #expect(plain.status == 426)
            #expect(try JSONValue(parsing: plain.body)["error"]?.string == "upgrade_required")
            #expect(try await ask(.get, "/ws?x=1").status == 422)
            // Another path, with the same request: answered, and closed behind it.
            for (path, status) in [("/nothing", 404), ("/ws/more", 404)] {
                let reader = try await SocketReader(fixture.loop, port: ask.port, path)
                #expect(reader.head.status == status && reader.head.headers["connection"] == "close")
                let body = await reader.wire.next { bytes in
                    (try? JSONValue(parsing: bytes)).map { value in
                        bytes = []
                        return value
                    }
                }
                #expect(body?["error"]?.string == "not_found")
                #expect(await reader.isOver())
            }
            let cases = [
                ["Sec-WebSocket-Key: again"], ["Content-Length: 3\r\n\r\nabc\r\nX: y"],
            ]
            for headers in cases {
                let reader = try await SocketReader(fixture.loop, port: ask.port, headers: headers)
                #expect(reader.head.status == 400, "\(headers)")
            }
            for key in ["", "abc", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZ===", "dGhl.HNhbXBsZSBub25jZQ=="] {
                let reader = try await SocketReader(fixture.loop, port: ask.port, key: key)
                #expect(reader.head.status == 400, "\(key)")
            }
            #expect(fixture.hub.statistics.clients.isEmpty)
        }
    }

    @Test func `a stream that is asked for with an upgrade is a stream, and keeps nothing of what is sent to it`()
        async throws
    {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await EventStreamReader(
                fixture.loop,
                port: ask.port,
                headers: ["Connection: upgrade", "Upgrade: whatever"]
            )
            #expect(reader.head.status == 200)
            #expect(await reader.next("welcome") != nil)
            reader.wire.send([UInt8](repeating: 65, count: 1_000_000))
            try fixture.news(1)
            #expect(await reader.next()?.event == "news.test.came")
        }
    }

    @Test func `subscriptions come and go, by group and by topic`() async throws {
        try await LiveFixture.serving { fixture, ask in
            try fixture.quote(1)
            let watcher = try await EventStreamReader(fixture.loop, port: ask.port)
            _ = await watcher.next("market.test.quoted")
            let reader = try await open(fixture, ask)
            reader.say(#"{"type":"subscribe","group":"market","topics":["signal."],"id":"a1"}"#)
            let answer = try #require(await reader.message())
            #expect(answer["type"]?.string == "subscribed" && answer["id"]?.string == "a1")
            #expect(answer["topics"] == ["market.", "signal."] && answer["groups"] == ["market"])
            let state = try #require(await reader.message())
            #expect(state["type"]?.string == "event" && state["topic"]?.string == "market.test.quoted.BTC-USD")
            #expect(
                state["event"]?["data"]?["number"]?.int == 1 && state["event"]?["type"]?.string == "market.test.quoted"
            )

            try fixture.news(1)
            try await fixture.signals(1...1)
            #expect(await reader.message()?["event"]?["offset"]?.int == 1)
            reader.say(#"{"type":"unsubscribe","topics":["signal."]}"#)
            #expect(await reader.message()?["topics"] == ["market."])
            try await fixture.signals(2...2)
            try fixture.quote(2)
            #expect(await reader.message()?["event"]?["data"]?["number"]?.int == 2)
            reader.say(#"{"type":"unsubscribe","group":"market"}"#)
            #expect(await reader.message()?["topics"] == [])
            reader.say(#"{"type":"subscribe","topics":["signal."],"from_offset":2}"#)
            _ = await reader.message("subscribed")
            #expect(await reader.message()?["event"]?["offset"]?.int == 2)
            reader.say(#"{"type":"ping"}"#)
            #expect(await reader.message() == ["type": "pong"])
            reader.say(#"{"type":"get_stats"}"#)
            let statistics = try #require(await reader.message())
            #expect(statistics["clients"]?.int == 2 && statistics["delivered"]?.int ?? 0 > 8)
        }
    }

    @Test func `a command that is wrong is told all that is wrong with it`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask)
            let cases: [(text: String, code: String, field: String?)] = [
                ("{", "bad_request", nil), ("[]", "invalid_input", "type"),
                (#"{"type":"shout"}"#, "invalid_input", "type"),
                (#"{"type":"subscribe"}"#, "invalid_input", "topics"),
                (#"{"type":"subscribe","group":"nonsense"}"#, "invalid_input", "groups[0]"),
                (#"{"type":"subscribe","topics":["a b"]}"#, "invalid_input", "topics[0]"),
                (#"{"type":"subscribe","topics":"x"}"#, "invalid_input", "topics"),
                (#"{"type":"ping","loud":true}"#, "invalid_input", "loud"),
                (#"{"type":"auth"}"#, "invalid_input", "token"),
                (#"{"type":"subscribe","group":"jobs"}"#, "unauthorized", nil),
                (#"{"type":"ping","id":"\#(String(repeating: "x", count: 9000))"}"#, "too_large", nil),
            ]
            for (text, code, field) in cases {
                reader.say(text)
                let answer = try #require(await reader.message())
                #expect(answer["type"]?.string == "error" && answer["code"]?.string == code, "\(text.prefix(60))")
                #expect(answer["details"]?[0]?["field"]?.string == field, "\(text.prefix(60))")
            }
        }
    }

    @Test func `a client logs in by header, by message or by the console's cookie`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let header = try await open(fixture, ask, "Authorization: Bearer operator")
            header.say(#"{"type":"subscribe","group":"jobs"}"#)
            #expect(await header.message()?["type"]?.string == "subscribed")

            let message = try await open(fixture, ask)
            message.say(#"{"type":"auth","token":"nobody","id":"1"}"#)
            let refusal = try #require(await message.message())
            #expect(refusal["code"]?.string == "unauthorized" && refusal["id"]?.string == "1")
            message.say(#"{"type":"auth","token":"operator","id":"2"}"#)
            let answer = try #require(await message.message())
            #expect(answer == ["type": "authenticated", "role": "operator", "id": "2"])
            message.say(#"{"type":"subscribe","group":"jobs"}"#)
            #expect(await message.message()?["type"]?.string == "subscribed")
            try await fixture.store.append(TestJob(number: 1), by: fixture.author)
            for reader in [header, message] {
                #expect(await reader.message()?["topic"]?.string == "job.test.ran")
            }

            let own = "Origin: http://127.0.0.1:\(ask.port)"
            let cookie = "Cookie: cryptocall_session=operator"
            let page = try await open(fixture, ask, cookie, own)
            page.say(#"{"type":"subscribe","group":"jobs"}"#)
            #expect(await page.message()?["type"]?.string == "subscribed")
            for headers in [[cookie], [cookie, "Origin: https://elsewhere.example"]] {
                let refused = try await SocketReader(fixture.loop, port: ask.port, headers: headers)
                #expect(refused.head.status == 403)
            }
            let stranger = try await open(fixture, ask, "Origin: https://elsewhere.example")
            stranger.say(#"{"type":"subscribe","group":"market"}"#)
            #expect(await stranger.message()?["type"]?.string == "subscribed")
            let wrong = try await SocketReader(fixture.loop, port: ask.port, headers: ["Authorization: Bearer nobody"])
            #expect(wrong.head.status == 401)
        }
    }

    @Test func `whoever tries too many tokens is closed`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask)
            for _ in 0..<6 { reader.say(#"{"type":"auth","token":"guess"}"#) }
            #expect(await reader.closing() == 1008)
        }
    }

    @Test func `a credential that does not hold any more closes with a code of its own`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask, "Authorization: Bearer operator")
            let other = try await open(fixture, ask, "Authorization: Bearer admin")
            fixture.revoked.withLock { _ = $0.insert("operator") }
            await fixture.seconds(10)
            #expect(await reader.message("bye")?["reason"]?.string == "expired")
            #expect(await reader.closing() == 4401)
            other.say(#"{"type":"ping"}"#)
            #expect(await other.message("pong") != nil)
        }
    }

    @Test func `broken frames are told with the standard's code`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let cases: [(name: String, code: UInt16, send: (SocketReader) -> Void)] = [
                ("no mask", 1002, { $0.send(frame: 0x81, [65], isMasked: false) }),
                ("reserved bit", 1002, { $0.send(frame: 0xC1, [65]) }),
                ("unknown opcode", 1002, { $0.send(frame: 0x83, [65]) }),
                ("fragmented ping", 1002, { $0.send(frame: 0x09, [65]) }),
                ("long ping", 1002, { $0.send(frame: 0x89, [UInt8](repeating: 65, count: 126)) }),
                ("nothing to continue", 1002, { $0.send(frame: 0x80, [65]) }),
                (
                    "a message within a message", 1002,
                    {
                        $0.send(frame: 0x01, [65])
                        $0.send(frame: 0x81, [65])
                    }
                ),
                ("binary", 1003, { $0.send(frame: 0x82, [65]) }),
                ("no UTF-8", 1007, { $0.send(frame: 0x81, [0xC3, 0x28]) }),
                ("half a close code", 1002, { $0.send(frame: 0x88, [3]) }),
                ("an unknown close code", 1002, { $0.close(1005) }),
                ("too large", 1009, { $0.send(frame: 0x81, [], claiming: 70_000) }),
                ("far too large", 1009, { $0.send(frame: 0x81, [], claiming: 1 << 62) }),
                (
                    "too large in parts", 1009,
                    {
                        $0.send(frame: 0x01, [UInt8](repeating: 65, count: 40_000))
                        $0.send(frame: 0x80, [UInt8](repeating: 65, count: 40_000))
                    }
                ),
            ]
            for (name, code, send) in cases {
                let reader = try await open(fixture, ask)
                send(reader)
                #expect(await reader.closing() == code, "\(name)")
                reader.close(code)
                #expect(await reader.isOver(), "\(name)")
            }
            try await fixture.until { $0.clients[.socket] == 0 }
        }
    }

    @Test func `fragments, pings and a close are taken as they should be`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask)
            reader.send(frame: 0x01, Array(#"{"type":"#.utf8))
            reader.send(frame: 0x89, [1, 2, 3])
            reader.send(frame: 0x00, Array(#""pi"#.utf8))
            reader.send(frame: 0x80, Array(#"ng"}"#.utf8))
            #expect(await reader.frame() == .pong([1, 2, 3]))
            #expect(await reader.message() == ["type": "pong"])
            reader.close(1001)
            #expect(await reader.closing() == 1001)
            #expect(await reader.isOver())
            try await fixture.until { $0.ended == [.closed: 1] }
        }
    }

    @Test func `too many messages are told, and then closed`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask)
            for _ in 0..<61 { reader.say(#"{"type":"ping"}"#) }
            for _ in 0..<40 { #expect(await reader.message() == ["type": "pong"]) }
            for _ in 0..<20 { #expect(await reader.message()?["code"]?.string == "too_many_requests") }
            #expect(await reader.closing() == 1008)
            let patient = try await open(fixture, ask)
            for _ in 0..<5 {
                for _ in 0..<20 {
                    patient.say(#"{"type":"ping"}"#)
                    #expect(await patient.message() == ["type": "pong"])
                }
                await fixture.seconds(1)
            }
            let loud = try await open(fixture, ask)
            for _ in 0..<250 { loud.send(frame: 0x8A, []) }
            #expect(await loud.closing() == 1008)
        }
    }

    @Test func `a client that answers no ping is closed after three of them`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let silent = try await open(fixture, ask)
            let lively = try await open(fixture, ask)
            for number in 1...4 {
                await fixture.seconds(10)
                guard case .ping(let data) = await lively.frame() else { throw WireError(0) }
                #expect(data == Array("\(number)".utf8))
                lively.send(frame: 0x8A, data)
                // So that the answer has been read before the next ping.
                lively.say(#"{"type":"ping"}"#)
                #expect(await lively.message() != nil)
            }
            for number in 1...3 { #expect(await silent.frame() == .ping(Array("\(number)".utf8))) }
            #expect(await silent.isOver())
            try await fixture.until { $0.ended == [.silent: 1] && $0.clients[.socket] == 1 }
        }
    }

    @Test func `a stop says goodbye with a code that says come back`() async throws {
        let fixture = try await LiveFixture()
        let table = try RouteTable(LiveRoutes(hub: fixture.hub).all())
        try await TestListener.serving(table) { ask in
            try await fixture.running { hub in
                let (polite, rude) = (try await open(fixture, ask), try await open(fixture, ask))
                hub.cancel()
                for reader in [polite, rude] {
                    #expect(await reader.message("bye")?["reason"]?.string == "stopping")
                    #expect(await reader.closing() == 1012)
                }
                polite.close(1012)
                #expect(await polite.isOver())
                #expect(await rude.isOver())
            }
            #expect(fixture.hub.statistics.ended == [.stopping: 2])
        }
        fixture.loop.stop()
        await fixture.store.close()
    }

    @Test func `thousands of connections leave nothing behind`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let port = ask.port
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<20 {
                    group.addTask {
                        for number in 0..<100 {
                            if number.isMultiple(of: 2) {
                                let reader = try await SocketReader(fixture.loop, port: port)
                                _ = await reader.message()
                                if worker.isMultiple(of: 2) { reader.close(1000) }
                                reader.wire.close()
                            } else {
                                let reader = try await EventStreamReader(fixture.loop, port: port)
                                reader.wire.close()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await fixture.until { statistics in
                statistics.clients.values.allSatisfy { $0 == 0 } && statistics.ended.values.reduce(0, +) == 2000
            }
            #expect(await fixture.hub.sessions().isEmpty)
            let last = try await open(fixture, ask)
            last.say(#"{"type":"get_stats"}"#)
            #expect(await last.message()?["clients"]?.int == 1)
        }
    }
}
