import FaultServer
import JSON
import Testing

/// What Anthropic's clients get.
@Suite(.timeLimit(.minutes(1))) struct MessagesTests {
    private func types(_ events: [JSONValue]) -> [String] { events.compactMap { $0["type"]?.string } }

    @Test func `a stream is a message of blocks, with usage before and behind`() async throws {
        let usage: JSONValue = ["input": 9, "output": 5, "cached": 4]
        try await ServerFixture.run(["do": "answer", "text": "Hello", "events": 2, "usage": usage]) { fixture in
            let answer = try await fixture.ask(ServerFixture.messages())
            let events = try answer.events()
            #expect(
                types(events) == [
                    "message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta",
                    "content_block_stop", "message_delta", "message_stop",
                ]
            )
            #expect(answer.isComplete && answer.chunks.count == events.count)
            let names = answer.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(names.map(String.init) == types(events))
            #expect(events.compactMap { $0["delta"]?["text"]?.string }.joined() == "Hello")
            let first = events[0]["message"]
            #expect(first?["model"] == "m" && first?["usage"]?["input_tokens"] == 5)
            #expect(first?["usage"]?["cache_read_input_tokens"] == 4 && first?["usage"]?["output_tokens"] == 1)
            #expect(events[6]["delta"]?["stop_reason"] == "end_turn" && events[6]["usage"]?["output_tokens"] == 5)
            #expect(answer.headers["request-id"] != nil)
        }
    }

    @Test func `thinking, text and tools are blocks in a row`() async throws {
        let behaviour: JSONValue = [
            "do": "answer", "reasoning": "Hm", "reasoning_events": 1, "text": "Wait", "events": 1,
            "tool": ["name": "look", "arguments": ["at": "BTC"], "fragments": 2],
        ]
        try await ServerFixture.run(behaviour) { fixture in
            let events = try await fixture.ask(ServerFixture.messages()).events()
            let blocks = events.filter { $0["type"] == "content_block_start" }
            #expect(blocks.compactMap { $0["content_block"]?["type"]?.string } == ["thinking", "text", "tool_use"])
            #expect(blocks.compactMap { $0["index"]?.int } == [0, 1, 2])
            #expect(events.filter { $0["type"] == "content_block_stop" }.compactMap { $0["index"]?.int } == [0, 1, 2])
            #expect(events.compactMap { $0["delta"]?["thinking"]?.string } == ["Hm"])
            let arguments = events.compactMap { $0["delta"]?["partial_json"]?.string }
            #expect(arguments.count == 2 && arguments.joined() == #"{"at":"BTC"}"#)
            #expect(events.last { $0["type"] == "message_delta" }?["delta"]?["stop_reason"] == "tool_use")
            let whole = try await fixture.ask(ServerFixture.messages(stream: false)).json()
            #expect(whole["content"]?.array?.compactMap { $0["type"]?.string } == ["thinking", "text", "tool_use"])
            #expect(whole["content"]?[2]?["input"] == ["at": "BTC"] && whole["stop_reason"] == "tool_use")
            // "Be brief." and "Two words"; thinking, text, the tool and two fragments.
            #expect(whole["usage"]?["input_tokens"] == 4 && whole["usage"]?["output_tokens"] == 5)
        }
    }

    @Test func `an empty answer has no blocks`() async throws {
        try await ServerFixture.run(["do": "empty", "no_usage": true]) { fixture in
            let events = try await fixture.ask(ServerFixture.messages()).events()
            #expect(types(events) == ["message_start", "message_delta", "message_stop"])
            #expect(events[0]["message"]?["usage"] == nil && events[1]["usage"] == nil)
            let whole = try await fixture.ask(ServerFixture.messages(stream: false)).json()
            #expect(whole["content"] == [] && whole["usage"] == nil)
        }
    }

    @Test func `an error in the stream has its name`() async throws {
        try await ServerFixture.run(["do": "error_event", "after": 1]) { fixture in
            let answer = try await fixture.ask(ServerFixture.messages())
            #expect(answer.isComplete && answer.text.contains("event: error\ndata: {"))
            #expect(try answer.events().last?["error"]?["type"] == "overloaded_error")
            #expect(try await fixture.model { $0.failed == 1 }.completed == 0)
        }
    }

    @Test func `a message can begin twice, and end without its last event`() async throws {
        try await ServerFixture.run(["do": "duplicate_start"]) { fixture in
            let events = try await fixture.ask(ServerFixture.messages()).events()
            #expect(types(events).filter { $0 == "message_start" }.count == 2)
        }
        try await ServerFixture.run(["do": "no_done"]) { fixture in
            let events = try await fixture.ask(ServerFixture.messages()).events()
            #expect(types(events).last == "message_delta")
        }
    }

    @Test func `broken JSON is an event of its own`() async throws {
        try await ServerFixture.run(["do": "bad_json", "after": 1, "goes_on": true, "events": 2]) { fixture in
            let data = try await fixture.ask(ServerFixture.messages()).data
            let broken = data.indices.filter { (try? JSONValue(parsing: Array(data[$0].utf8))) == nil }
            #expect(broken == [4] && data.last == #"{"type":"message_stop"}"#)
        }
    }
}
