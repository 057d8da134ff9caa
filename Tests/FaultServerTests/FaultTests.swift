import FaultServer
import JSON
import Testing

/// Each way to misbehave, as it looks on the wire.
@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    /// Asks on a new connection and reads until the server ends it.
    private func askToEnd(_ fixture: ServerFixture, _ request: String) async throws -> RawConnection {
        let connection = try await fixture.connect()
        try await connection.send(request)
        await connection.readToEnd()
        return connection
    }

    @Test(arguments: [true, false])
    func `a reset is one, and a close is none`(_ isStream: Bool) async throws {
        try await ServerFixture.run([["do": "reset"], ["do": "close"]]) { fixture in
            let reset = try await askToEnd(fixture, ServerFixture.chat(stream: isStream))
            #expect(reset.end == .reset && reset.bytes.isEmpty)
            let closed = try await askToEnd(fixture, ServerFixture.chat(stream: isStream))
            #expect(closed.end == .closed && closed.bytes.isEmpty)
            #expect(try await fixture.model { $0.cut == 2 }.open == 0)
        }
    }

    @Test func `silence lasts until the client goes`() async throws {
        try await ServerFixture.run(["do": "silent"]) { fixture in
            let connection = try await fixture.connect()
            try await connection.send(ServerFixture.chat())
            _ = try await fixture.model { $0.open == 1 }
            await connection.close()
            let model = try await fixture.model { $0.clientGone == 1 }
            #expect(model.lastClientGoneAfterEvents == 0 && model.open == 0)
        }
    }

    @Test func `a slow first content comes behind the head, and behind the opening when asked`() async throws {
        let slow: JSONValue = ["do": "slow_first", "first_ms": 86_400_000]
        let slowWithOpening: JSONValue = ["do": "slow_first", "first_ms": 86_400_000, "opening_first": true]
        try await ServerFixture.run([slow, slowWithOpening, ["do": "slow_first", "first_ms": 1]]) { fixture in
            let head = try await fixture.connect()
            try await head.send(ServerFixture.chat())
            await head.read(until: "\r\n\r\n")
            let answer = try #require(RawAnswer(head.bytes))
            #expect(answer.headers["content-type"] == "text/event-stream; charset=utf-8" && answer.chunks.isEmpty)
            await head.close()
            let opening = try await fixture.connect()
            try await opening.send(ServerFixture.chat())
            await opening.read { RawAnswer($0)?.chunks.isEmpty == false }
            #expect(RawAnswer(opening.bytes)?.chunks.count == 1)
            await opening.close()
            #expect(try await fixture.model { $0.clientGone == 2 }.lastClientGoneAfterEvents == 0)
            #expect(try await fixture.ask(ServerFixture.chat()).isComplete)
        }
    }

    @Test func `a stream with gaps comes whole`() async throws {
        try await ServerFixture.run(["do": "answer", "events": 5, "first_ms": 2, "gap_ms": 0.5]) { fixture in
            #expect(try await fixture.ask(ServerFixture.chat()).chunks.count == 8)
            #expect(try await fixture.ask(ServerFixture.chat(stream: false)).isComplete)
            _ = try await fixture.model { $0.completed == 2 }
        }
    }

    @Test func `a stall counts what had left when the client gave up`() async throws {
        try await ServerFixture.run(["do": "stall", "after": 3]) { fixture in
            let connection = try await fixture.connect()
            try await connection.send(ServerFixture.chat())
            await connection.read { RawAnswer($0)?.chunks.count == 4 }
            await connection.close()
            let model = try await fixture.model { $0.clientGone == 1 }
            #expect(model.lastClientGoneAfterEvents == 3 && model.completed == 0)
            let whole = try await fixture.connect()
            try await whole.send(ServerFixture.chat(stream: false))
            await whole.read { !(RawAnswer($0)?.body ?? []).isEmpty }
            let answer = try #require(RawAnswer(whole.bytes))
            #expect(!answer.isComplete && answer.headers["content-length"].flatMap { Int($0) } ?? 0 > answer.body.count)
            await whole.close()
            _ = try await fixture.model { $0.clientGone == 2 }
        }
    }

    @Test func `a cut ends the connection behind so many events, with or without the last chunk`() async throws {
        try await ServerFixture.run([["do": "cut", "after": 2], ["do": "cut", "after": 2, "terminated": true]]) {
            fixture in
            for isTerminated in [false, true] {
                let connection = try await askToEnd(fixture, ServerFixture.chat())
                let answer = try #require(RawAnswer(connection.bytes))
                #expect(connection.end == .closed && answer.chunks.count == 3 && answer.isComplete == isTerminated)
                #expect(answer.headers["connection"] == (isTerminated ? "close" : nil))
                #expect(!answer.text.contains("[DONE]") && !answer.text.contains(#""finish_reason":""#))
            }
            _ = try await fixture.model { $0.cut == 2 }
        }
    }

    @Test func `a cut by bytes may fall within a character`() async throws {
        try await ServerFixture.run(["do": "answer", "text": "Ж", "events": 1]) { fixture in
            let whole = try await fixture.ask(ServerFixture.chat()).body
            let letter = try #require(whole.firstIndex(of: 0xD0))
            let script: JSONValue = [
                "models": ["m": ["do": "cut", "text": "Ж", "events": 1, "after_bytes": .int(Int64(letter + 1))]]
            ]
            fixture.server.setScript(try FaultScript(script))
            let connection = try await askToEnd(fixture, ServerFixture.chat())
            let answer = try #require(RawAnswer(connection.bytes))
            // Ids differ in their digits only.
            #expect(answer.body.count == letter + 1 && answer.body.last == 0xD0)
        }
    }

    @Test func `a whole answer is cut in half, and says so or not`() async throws {
        try await ServerFixture.run([["do": "cut"], ["do": "cut", "terminated": true], ["do": "bad_json"]]) { fixture in
            let cut = try #require(RawAnswer(try await askToEnd(fixture, ServerFixture.chat(stream: false)).bytes))
            let length = cut.headers["content-length"].flatMap { Int($0) } ?? 0
            #expect(!cut.isComplete && cut.body.count == length / 2)
            for _ in 0..<2 {
                let half = try await fixture.ask(ServerFixture.chat(stream: false))
                #expect(half.isComplete && half.headers["content-length"] == "\(half.body.count)")
                #expect(throws: JSONSyntaxError.self) { try half.json() }
            }
            _ = try await fixture.model { $0.cut == 3 }
        }
    }

    @Test func `broken JSON comes behind so many events, and the rest only when asked`() async throws {
        let behaviours: JSONValue = [
            ["do": "bad_json", "after": 2, "events": 3], ["do": "bad_json", "after": 2, "events": 3, "goes_on": true],
        ]
        try await ServerFixture.run(behaviours) { fixture in
            for goesOn in [false, true] {
                let answer = try await fixture.ask(ServerFixture.chat())
                let isJSON = answer.data.map { (try? JSONValue(parsing: Array($0.utf8))) != nil }
                #expect(isJSON.firstIndex(of: false) == 3 && answer.isComplete)
                #expect(isJSON.count == (goesOn ? 7 : 4))
            }
        }
    }

    @Test func `an error in a stream is an event, a named one, or a bare line`() async throws {
        let body: JSONValue = ["error": ["message": "gone", "code": 502]]
        let behaviours: JSONValue = [
            ["do": "error_event", "after": 1],
            ["do": "error_event", "after": 1, "body": body, "named": true],
            ["do": "error_event", "after": 0, "body": ["error": "out of memory"], "bare": true],
        ]
        try await ServerFixture.run(behaviours) { fixture in
            let plain = try await fixture.ask(ServerFixture.chat())
            #expect(plain.isComplete && plain.chunks.count == 3)
            #expect(try plain.events().last?["error"]?["type"] == "server_error")
            let named = try await fixture.ask(ServerFixture.chat())
            #expect(named.text.hasSuffix("event: error\ndata: {\"error\":{\"code\":502,\"message\":\"gone\"}}\n\n"))
            let bare = try await fixture.ask(ServerFixture.chat())
            #expect(bare.text.hasSuffix("\n\n{\"error\":\"out of memory\"}\n"))
            let whole = try await fixture.ask(ServerFixture.chat(stream: false))
            #expect(try whole.status == 200 && whole.json() == ["error": "out of memory"])
            _ = try await fixture.model { $0.failed == 4 }
        }
    }

    @Test func `JSON can come where a stream was asked for`() async throws {
        try await ServerFixture.run(["do": "json_error"]) { fixture in
            let answer = try await fixture.ask(ServerFixture.chat())
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
            #expect(try answer.json()["code"] == "The service is currently unavailable")
            #expect(try await fixture.model { $0.failed == 1 }.completed == 0)
        }
    }

    @Test func `a status comes with the headers and the body it is told, or with the provider's own`() async throws {
        let behaviours: JSONValue = [
            ["do": "status", "status": 429, "headers": ["Retry-After": 3, "x-should-retry": "false"]],
            ["do": "status", "status": 529],
            ["do": "status", "status": 400, "body": ["error": "no"]],
            ["do": "status", "status": 503, "body": "busy"],
            ["do": "status", "status": 502, "html": true],
            ["do": "status", "status": 204],
        ]
        try await ServerFixture.run(behaviours) { fixture in
            let limited = try await fixture.ask(ServerFixture.chat())
            #expect(limited.status == 429 && limited.headers["retry-after"] == "3")
            #expect(limited.headers["x-should-retry"] == "false")
            #expect(try limited.json()["error"]?["code"] == "rate_limit_exceeded")
            let overloaded = try await fixture.ask(ServerFixture.messages())
            #expect(try overloaded.status == 529 && overloaded.json()["error"]?["type"] == "overloaded_error")
            #expect(try await fixture.ask(ServerFixture.chat()).json() == ["error": "no"])
            let text = try await fixture.ask(ServerFixture.chat())
            #expect(text.text == "busy" && text.headers["content-type"] == "text/plain; charset=utf-8")
            let page = try await fixture.ask(ServerFixture.chat())
            #expect(page.headers["content-type"] == "text/html" && page.text.contains("<h1>502</h1>"))
            let none = try await fixture.ask(ServerFixture.chat())
            #expect(none.status == 204 && none.headers["content-length"] == nil && none.body.isEmpty)
        }
    }

    @Test(arguments: [true, false])
    func `half a character stands at the end of a text in an event that is whole`(_ isStream: Bool) async throws {
        try await ServerFixture.run(["do": "truncated_utf8", "text": "ab"]) { fixture in
            let answer = try await fixture.ask(ServerFixture.chat(stream: isStream))
            let half = try #require(answer.body.firstIndex(of: 0xE2))
            #expect(answer.body[half...].starts(with: [0xE2, 0x82, UInt8(ascii: "\"")]) && answer.isComplete)
            #expect(String(validating: answer.body, as: UTF8.self) == nil)
            if isStream { #expect(!answer.text.contains(#""finish_reason":"stop""#)) }
            _ = try await fixture.model { $0.cut == 1 }
        }
    }

    @Test func `an answer can end without DONE, by a close or by nothing at all`() async throws {
        try await ServerFixture.run([["do": "no_done"], ["do": "no_done", "hangs": true]]) { fixture in
            let connection = try await askToEnd(fixture, ServerFixture.chat())
            let answer = try #require(RawAnswer(connection.bytes))
            #expect(answer.isComplete && answer.chunks.count == 33 && !answer.text.contains("[DONE]"))
            #expect(answer.text.contains(#""finish_reason":"stop""#) && connection.end == .closed)
            for isStream in [true, false] {
                let hanging = try await fixture.connect()
                try await hanging.send(ServerFixture.chat(stream: isStream))
                await hanging.read(until: #""finish_reason":"stop""#)
                #expect(RawAnswer(hanging.bytes)?.isComplete == false)
                await hanging.close()
            }
            let model = try await fixture.model { $0.clientGone == 2 }
            #expect(model.completed == 1)
        }
    }

    @Test func `events flushed each by itself are the same bytes`() async throws {
        try await ServerFixture.run([["do": "answer", "flush": "each"], ["do": "answer"]]) { fixture in
            let (each, turn) = (
                try await fixture.ask(ServerFixture.chat()), try await fixture.ask(ServerFixture.chat())
            )
            #expect(each.chunks.count == 34 && each.chunks.map(\.count) == turn.chunks.map(\.count))
        }
    }
}
