import FaultServer
import JSON
import Testing

/// The server as one of HTTP, its script and its account.
@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    @Test func `a list of behaviours is taken in turn, and the last one stays`() async throws {
        let behaviours: JSONValue = [
            ["do": "status", "status": 500], ["do": "status", "status": 503], ["do": "answer"],
        ]
        try await ServerFixture.run(behaviours) { fixture in
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await fixture.ask(ServerFixture.chat()).status) }
            #expect(statuses == [500, 503, 200, 200])
            let model = try await fixture.model { $0.completed == 2 }
            #expect(model.requests == 4 && model.failed == 2)
        }
    }

    @Test func `a connection serves one request after another, also those sent ahead`() async throws {
        try await ServerFixture.run(["do": "answer", "events": 1]) { fixture in
            let connection = try await fixture.connect()
            try await connection.send(
                ServerFixture.chat() + ServerFixture.messages() + ServerFixture.chat(stream: false)
            )
            #expect(await connection.readAnswer()?.data.last == "[DONE]")
            #expect(await connection.readAnswer()?.data.last == #"{"type":"message_stop"}"#)
            #expect(await connection.readAnswer()?.headers["content-type"] == "application/json")
            let report = fixture.server.report
            #expect(report.connections == 1 && report.openConnections == 1 && report.models["m"]?.completed == 3)
            try await connection.send(ServerFixture.request("GET", "/v1/models", headers: "connection: close\r\n"))
            #expect(await connection.readAnswer()?.headers["connection"] == "close")
            await connection.readToEnd()
            #expect(connection.end == .closed)
            _ = try await fixture.server.report { $0.openConnections == 0 }
        }
    }

    @Test func `thousands of requests sent ahead are answered in order`() async throws {
        try await ServerFixture.run(["do": "status", "status": 204]) { fixture in
            let connection = try await fixture.connect()
            try await connection.send(String(repeating: ServerFixture.chat(), count: 3000))
            _ = try await fixture.model { $0.failed == 3000 }
            await connection.close()
        }
    }

    @Test func `a client of HTTP 1_0 gets a body without chunks and then the end`() async throws {
        try await ServerFixture.run(["do": "answer", "events": 1]) { fixture in
            let body = #"{"model":"m","stream":true}"#
            let connection = try await fixture.connect()
            try await connection.send(
                "POST /v1/chat/completions HTTP/1.0\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            await connection.readToEnd()
            let answer = try #require(RawAnswer(connection.bytes))
            #expect(answer.chunks.isEmpty && answer.text.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test func `who waits for a word before the body gets it`() async throws {
        try await ServerFixture.run(["do": "answer", "events": 1]) { fixture in
            let body = #"{"model":"m"}"#
            let connection = try await fixture.connect()
            let head = "POST /v1/chat/completions HTTP/1.1\r\nexpect: 100-continue\r\n"
            try await connection.send(head + "content-length: \(body.utf8.count)\r\n\r\n")
            await connection.read(until: "\r\n\r\n")
            #expect(connection.text == "HTTP/1.1 100 Continue\r\n\r\n")
            try await connection.send(body)
            await connection.read(until: "chat.completion")
            #expect(connection.text.contains("HTTP/1.1 200 OK\r\n"))
            await connection.close()
        }
    }

    @Test(arguments: [
        ("GET", "/v1/nothing", 404, "error"), ("GET", "/v1/chat/completions", 405, "error"),
        ("POST", "/v1/messages/batches", 404, "type"),
    ])
    func `an unknown path is refused in the provider's own way`(
        _ method: String,
        _ path: String,
        _ status: Int,
        _ member: String
    ) async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let answer = try await fixture.ask(ServerFixture.request(method, path))
            #expect(try answer.status == status && answer.json()[member] != nil)
            #expect(try answer.json()["error"]?["message"]?.string != nil)
            #expect(fixture.server.report.refused == 1)
        }
    }

    @Test func `a request without a model, of an unknown one, or without JSON is refused`() async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let unknown = ServerFixture.request("POST", "/v1/chat/completions", #"{"model":"other"}"#)
            let answer = try await fixture.ask(unknown)
            #expect(try answer.status == 404 && answer.json()["error"]?["code"] == "model_not_found")
            let messages = ServerFixture.request("POST", "/v1/messages", #"{"model":"other"}"#)
            #expect(try await fixture.ask(messages).json()["error"]?["type"] == "not_found_error")
            for body in ["{}", "{", "", #"{"model":3}"#] {
                let request = ServerFixture.request("POST", "/v1/chat/completions", body)
                #expect(try await fixture.ask(request).status == 400)
            }
            #expect(fixture.server.report.refused == 6 && fixture.server.report.models.isEmpty)
        }
    }

    @Test func `what is no HTTP is told so`() async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let connection = try await fixture.connect()
            try await connection.send("nonsense\r\n\r\n")
            await connection.readToEnd()
            #expect(RawAnswer(connection.bytes)?.status == 400 && connection.end == .closed)
        }
    }

    @Test func `a body that is too large is read and refused`() async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let large = String(repeating: "x", count: 32 << 20) + "x"
            let connection = try await fixture.connect()
            try await connection.send(ServerFixture.request("POST", "/v1/chat/completions", large))
            #expect(await connection.readAnswer()?.status == 413)
            try await connection.send(ServerFixture.chat())
            #expect(await connection.readAnswer()?.status == 200)
            await connection.close()
        }
    }

    @Test func `other models behave as the default says`() async throws {
        let script: JSONValue = ["models": ["m": ["do": "silent"]], "default": ["do": "answer", "text": "x"]]
        try await ServerFixture.run(["do": "silent"]) { fixture in
            fixture.server.setScript(try FaultScript(script))
            let request = ServerFixture.request("POST", "/v1/chat/completions", #"{"model":"any"}"#)
            #expect(try await fixture.ask(request).json()["model"] == "any")
            #expect(fixture.server.report.models["any"]?.completed == 1)
        }
    }

    @Test func `the models are listed for either kind of client`() async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let chat = try await fixture.ask(ServerFixture.request("GET", "/v1/models")).json()
            #expect(chat["object"] == "list" && chat["data"]?[0]?["id"] == "m")
            let version = "anthropic-version: 2023-06-01\r\n"
            let messages = try await fixture.ask(ServerFixture.request("GET", "/v1/models?limit=5", headers: version))
                .json()
            #expect(messages["data"]?[0]?["type"] == "model" && messages["has_more"] == false)
        }
    }

    @Test func `the report shows the last request, and no secrets`() async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let headers = "Authorization: Bearer sk-secret\r\nX-Trace: 1\r\nX-Trace: 2\r\n"
            let body = #"{"model":"m","temperature":0.5}"#
            _ = try await fixture.ask(ServerFixture.request("POST", "/v1/chat/completions", body, headers: headers))
            let answer = try await fixture.ask(ServerFixture.request("GET", "/_faults/report"))
            let model = try answer.json()["models"]?["m"]
            #expect(model?["lastRequest"] == ["model": "m", "temperature": 0.5])
            #expect(model?["lastHeaders"]?["x-trace"] == "1, 2" && model?["lastCredentials"] == ["authorization"])
            #expect(!answer.text.contains("sk-secret") && model?["lastClientGoneAfterEvents"] == .null)
            #expect(try model?["completed"] == 1 && answer.json()["connections"] == 2)
        }
    }

    @Test func `a script can be replaced, and a wrong one says where it is wrong and changes nothing`() async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let wrong = #"{"models":{"m":{"do":"answer","events":-1}}}"#
            let refusal = try await fixture.ask(ServerFixture.request("PUT", "/_faults/script", wrong))
            #expect(try refusal.status == 400 && refusal.json()["field"] == "models.m.events")
            #expect(try await fixture.ask(ServerFixture.chat()).status == 200)
            let right = #"{"models":{"m":{"do":"recorded","file":"Recordings/chat.sse"},"n":{"do":"silent"}}}"#
            let taken = try await fixture.ask(ServerFixture.request("PUT", "/_faults/script", right))
            #expect(try taken.status == 200 && taken.json()["models"] == ["m", "n"])
            #expect(try await fixture.ask(ServerFixture.chat()).chunks.count == 1)
        }
    }

    @Test func `a reset forgets everything, requests under way included`() async throws {
        try await ServerFixture.run(["do": "stall"]) { fixture in
            let connection = try await fixture.connect()
            try await connection.send(ServerFixture.chat())
            _ = try await fixture.model { $0.open == 1 }
            #expect(try await fixture.ask(ServerFixture.request("POST", "/_faults/reset")).status == 204)
            _ = try await fixture.server.report { $0.openConnections == 1 }
            #expect(fixture.server.report.models.isEmpty && fixture.server.report.connections == 0)
            let second = try await fixture.connect()
            try await second.send(ServerFixture.chat())
            _ = try await fixture.model { $0.open == 1 }
            await connection.close()
            let report = try await fixture.server.report { $0.openConnections == 1 }
            #expect(report.models["m"]?.requests == 1 && report.models["m"]?.open == 1)
            #expect(report.models["m"]?.clientGone == 0)
            await second.close()
        }
    }

    @Test func `a stop ends connections, and does not take their clients for gone`() async throws {
        let script = try FaultScript(["default": ["do": "silent"]])
        let server = try await FaultServer(script: script, threads: 2).start()
        let connection = try await RawConnection(port: server.port)
        try await connection.send(ServerFixture.chat())
        _ = try await server.report { $0.models["m"]?.open == 1 }
        await server.stop()
        await connection.readToEnd()
        #expect(connection.end != nil && server.report.models["m"]?.clientGone == 0)
        await server.stop()
    }

    @Test func `an address that is taken is an error`() async throws {
        try await ServerFixture.run(["do": "silent"]) { fixture in
            let second = FaultServer(script: try FaultScript([:]))
            await #expect(throws: (any Error).self) { try await second.start(port: fixture.server.port) }
        }
    }
}
