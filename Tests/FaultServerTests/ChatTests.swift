import FaultServer
import JSON
import Testing

/// What OpenAI's clients get.
@Suite(.timeLimit(.minutes(1))) struct ChatTests {
    private func text(_ events: [JSONValue], _ name: String = "content") -> String {
        events.compactMap { $0["choices"]?[0]?["delta"]?[name]?.string }.joined()
    }

    private func finish(_ events: [JSONValue]) -> String? {
        events.compactMap { $0["choices"]?[0]?["finish_reason"]?.string }.last
    }

    @Test func `a stream has a role, the content in as many events as asked, a reason and DONE, each in a chunk`()
        async throws
    {
        try await ServerFixture.run(["do": "answer", "text": "Häl\"lo", "events": 3]) { fixture in
            let answer = try await fixture.ask(ServerFixture.chat())
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(answer.isComplete && answer.chunks.count == 6 && answer.data.last == "[DONE]")
            let events = try answer.events()
            #expect(events.first?["choices"]?[0]?["delta"] == ["role": "assistant", "content": "", "refusal": .null])
            #expect(text(events) == "Häl\"lo" && finish(events) == "stop")
            #expect(events.allSatisfy { $0["model"] == "m" && $0["id"] == events[0]["id"] && $0["usage"] == nil })
            #expect(answer.headers["x-request-id"]?.hasPrefix("req_fault") ?? false)
            let model = try await fixture.model { $0.completed == 1 }
            #expect(model.requests == 1 && model.open == 0)
        }
    }

    @Test func `without a text there are 31 words, and usage is told to those who ask for it`() async throws {
        try await ServerFixture.run(["do": "answer"]) { fixture in
            let answer = try await fixture.ask(ServerFixture.chat(usage: true))
            let events = try answer.events()
            #expect(text(events).split(separator: " ").count == 31 && answer.chunks.count == 35)
            #expect(events.dropLast().allSatisfy { $0["usage"] == .null })
            let usage = events.last?["usage"]
            // "Be brief." and "Two words".
            #expect(usage?["prompt_tokens"] == 4 && usage?["completion_tokens"] == 31 && usage?["total_tokens"] == 35)
            #expect(events.last?["choices"] == [])
        }
        try await ServerFixture.run(["do": "answer", "no_usage": true]) { fixture in
            let events = try await fixture.ask(ServerFixture.chat(usage: true)).events()
            #expect(events.allSatisfy { $0["usage"] == .null })
        }
    }

    @Test func `usage can be said`() async throws {
        let usage: JSONValue = ["input": 9, "output": 5, "cached": 4, "reasoning": 2]
        try await ServerFixture.run(["do": "answer", "usage": usage]) { fixture in
            let told = try await fixture.ask(ServerFixture.chat(stream: false)).json()["usage"]
            #expect(told?["prompt_tokens"] == 9 && told?["prompt_tokens_details"]?["cached_tokens"] == 4)
            #expect(told?["completion_tokens_details"]?["reasoning_tokens"] == 2)
        }
    }

    @Test func `reasoning comes before the text, and tools behind it in fragments`() async throws {
        let behaviour: JSONValue = [
            "do": "answer", "reasoning": "Hm, well.", "reasoning_events": 2, "text": "Wait", "events": 1,
            "tool": [
                ["name": "look", "arguments": ["at": "BTC"], "fragments": 3],
                ["name": "go", "arguments": "{}", "fragments": 0],
            ],
        ]
        try await ServerFixture.run(behaviour) { fixture in
            let answer = try await fixture.ask(ServerFixture.chat())
            let events = try answer.events()
            #expect(text(events, "reasoning_content") == "Hm, well." && text(events) == "Wait")
            #expect(finish(events) == "tool_calls")
            let calls = events.compactMap { $0["choices"]?[0]?["delta"]?["tool_calls"]?[0] }
            #expect(calls.count == 5 && calls[0]["function"]?["name"] == "look")
            #expect(calls[0]["id"]?.string?.hasPrefix("call_fault") ?? false)
            let arguments = calls.filter { $0["index"] == 0 }.compactMap { $0["function"]?["arguments"]?.string }
            #expect(arguments.joined() == #"{"at":"BTC"}"#)
            #expect(calls[4]["index"] == 1 && calls[4]["function"] == ["name": "go", "arguments": "{}"])
            // The role, 2, 1, 4 and 1 pieces, the reason and DONE.
            #expect(answer.chunks.count == 11)
            let message = try await fixture.ask(ServerFixture.chat(stream: false)).json()["choices"]?[0]?["message"]
            #expect(message?["reasoning_content"] == "Hm, well." && message?["content"] == "Wait")
            #expect(message?["tool_calls"]?[0]?["function"]?["arguments"] == #"{"at":"BTC"}"#)
            #expect(message?["tool_calls"]?.array?.count == 2)
        }
    }

    @Test func `a tool alone comes without a text`() async throws {
        try await ServerFixture.run(["do": "answer", "tool": ["name": "go"]]) { fixture in
            let message = try await fixture.ask(ServerFixture.chat(stream: false)).json()["choices"]?[0]?["message"]
            #expect(message?["content"] == .null && message?["tool_calls"]?[0]?["function"]?["name"] == "go")
        }
    }

    @Test func `a whole answer is one JSON object`() async throws {
        try await ServerFixture.run(["do": "answer", "text": "Hello", "finish": "length"]) { fixture in
            let answer = try await fixture.ask(ServerFixture.chat(stream: false))
            #expect(answer.headers["content-type"] == "application/json" && answer.isComplete)
            let json = try answer.json()
            #expect(json["object"] == "chat.completion" && json["model"] == "m")
            #expect(json["choices"]?[0]?["message"]?["content"] == "Hello")
            #expect(json["choices"]?[0]?["finish_reason"] == "length")
            #expect(json["usage"]?["completion_tokens"] == 5)
        }
    }

    @Test func `an empty answer is complete and says nothing`() async throws {
        try await ServerFixture.run(["do": "empty"]) { fixture in
            let answer = try await fixture.ask(ServerFixture.chat())
            #expect(try answer.chunks.count == 3 && finish(answer.events()) == "stop" && answer.data.last == "[DONE]")
            let message = try await fixture.ask(ServerFixture.chat(stream: false)).json()["choices"]?[0]?["message"]
            #expect(message?["content"] == "")
        }
    }

    @Test func `an answer can begin twice`() async throws {
        try await ServerFixture.run(["do": "duplicate_start", "text": "ab", "after": 1]) { fixture in
            let events = try await fixture.ask(ServerFixture.chat()).events()
            let roles = events.map { $0["choices"]?[0]?["delta"]?["role"] != nil }
            #expect(roles == [true, false, true, false, false, false] && text(events) == "aab")
        }
    }
}
