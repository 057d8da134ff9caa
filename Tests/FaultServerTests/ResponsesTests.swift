import FaultServer
import JSON
import Testing

/// What clients of `/v1/responses` get.
@Suite(.timeLimit(.minutes(1))) struct ResponsesTests {
    private func types(_ events: [JSONValue]) -> [String] { events.compactMap { $0["type"]?.string } }

    @Test func `a stream is a search and a message, and its last event repeats all of it`() async throws {
        let usage: JSONValue = ["input": 9, "output": 5, "cached": 4, "reasoning": 1, "ticks": 1234]
        try await ServerFixture.run(["do": "answer", "text": "Hello", "events": 2, "usage": usage]) { fixture in
            let answer = try await fixture.ask(ServerFixture.responses())
            let events = try answer.events()
            #expect(
                types(events) == [
                    "response.created", "response.in_progress", "response.output_item.added",
                    "response.output_item.done", "response.output_item.added", "response.content_part.added",
                    "response.output_text.delta", "response.output_text.delta", "response.completed",
                ]
            )
            #expect(answer.isComplete && answer.chunks.count == events.count)
            let names = answer.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(names.map(String.init) == types(events))
            #expect(events.compactMap { $0["sequence_number"]?.int } == Array(0..<9))
            #expect(events[2]["item"]?["type"] == "x_search_call")
            #expect(events.compactMap { $0["delta"]?.string }.joined() == "Hello")
            let response = events[8]["response"]
            #expect(response?["status"] == "completed" && response?["output"]?[0]?["type"] == "x_search_call")
            #expect(response?["output"]?[1]?["content"]?[0]?["text"] == "Hello")
            let told = response?["usage"]
            #expect(told?["input_tokens"] == 9 && told?["output_tokens"] == 5 && told?["total_tokens"] == 14)
            #expect(told?["input_tokens_details"]?["cached_tokens"] == 4 && told?["cost_in_usd_ticks"] == 1234)
            #expect(told?["num_server_side_tools_used"] == 1)
            // The whole answer is the same.
            let whole = try await fixture.ask(ServerFixture.responses(stream: false)).json()
            #expect(whole["output"]?[1]?["content"] == response?["output"]?[1]?["content"])
            #expect(whole["usage"] == told)
        }
    }

    @Test func `thoughts and tools are items, and without a search there is none`() async throws {
        let behaviour: JSONValue = [
            "do": "answer", "reasoning": "Hm", "reasoning_events": 1, "text": "Wait", "events": 1, "finish": "length",
            "tool": ["name": "look", "arguments": ["at": "BTC"], "fragments": 2],
        ]
        try await ServerFixture.run(behaviour) { fixture in
            let events = try await fixture.ask(ServerFixture.responses(search: false)).events()
            let items = events.filter { $0["type"] == "response.output_item.added" }
            #expect(items.compactMap { $0["item"]?["type"]?.string } == ["reasoning", "message", "function_call"])
            #expect(items.compactMap { $0["output_index"]?.int } == [0, 1, 2])
            let arguments = events.filter { $0["type"] == "response.function_call_arguments.delta" }
            #expect(arguments.compactMap { $0["delta"]?.string }.joined() == #"{"at":"BTC"}"#)
            let last = try #require(events.last)
            #expect(last["type"] == "response.incomplete")
            #expect(last["response"]?["incomplete_details"]?["reason"] == "max_output_tokens")
            #expect(last["response"]?["output"]?[2]?["arguments"] == #"{"at":"BTC"}"#)
            // "Be brief." and "Two words".
            #expect(last["response"]?["usage"]?["input_tokens"] == 4)
            #expect(last["response"]?["usage"]?["num_server_side_tools_used"] == 0)
        }
    }

    @Test func `an error ends the answer, or has an event of its own`() async throws {
        try await ServerFixture.run(["do": "error_event", "after": 1]) { fixture in
            let events = try await fixture.ask(ServerFixture.responses()).events()
            #expect(events.last?["type"] == "response.failed" && events.last?["response"]?["status"] == "failed")
            #expect(events.last?["response"]?["error"]?["code"] == "Internal error")
            #expect(try await fixture.model { $0.failed == 1 }.completed == 0)
        }
        try await ServerFixture.run(["do": "error_event", "named": true]) { fixture in
            let answer = try await fixture.ask(ServerFixture.responses())
            #expect(answer.text.contains("event: error\ndata: {"))
        }
    }

    @Test func `a status has xAI's words, and one with a good status is JSON`() async throws {
        try await ServerFixture.run(["do": "status", "status": 503]) { fixture in
            let answer = try await fixture.ask(ServerFixture.responses())
            #expect(answer.status == 503)
            #expect(try answer.json()["code"] == "The service is currently unavailable")
            #expect(try answer.json()["error"]?.string?.isEmpty == false)
        }
        try await ServerFixture.run(["do": "json_error", "body": ["error": "x"]]) { fixture in
            let answer = try await fixture.ask(ServerFixture.responses())
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
        }
    }

    @Test func `an answer can be cut, broken, and end without its last event`() async throws {
        try await ServerFixture.run(["do": "cut", "after": 2, "text": "Hello", "events": 4]) { fixture in
            let answer = try await fixture.ask(ServerFixture.responses())
            let events = try answer.events()
            #expect(!answer.isComplete && types(events).last == "response.output_text.delta")
        }
        try await ServerFixture.run(["do": "no_done"]) { fixture in
            let events = try await fixture.ask(ServerFixture.responses()).events()
            #expect(types(events).last == "response.output_text.delta")
        }
        try await ServerFixture.run(["do": "bad_json", "after": 1, "goes_on": true, "events": 2]) { fixture in
            let data = try await fixture.ask(ServerFixture.responses()).data
            let broken = data.filter { (try? JSONValue(parsing: Array($0.utf8))) == nil }
            #expect(broken.count == 1 && data.last?.contains("response.completed") == true)
        }
    }
}
