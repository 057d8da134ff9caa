import FaultServer
import JSON
import Testing

/// Streams of real providers, sent once more.
@Suite(.timeLimit(.minutes(1))) struct RecordedTests {
    @Test func `a recording is sent byte by byte as it is, in pieces of the size that is asked for`() async throws {
        let whole: JSONValue = ["do": "recorded", "file": "Recordings/chat.sse"]
        let split: JSONValue = ["do": "recorded", "file": "Recordings/chat.sse", "split": 7]
        try await ServerFixture.run([whole, split]) { fixture in
            let once = try await fixture.ask(ServerFixture.chat())
            #expect(once.chunks.count == 1 && once.data.last == "[DONE]")
            let pieces = try await fixture.ask(ServerFixture.chat())
            #expect(pieces.body == once.body && pieces.chunks.dropLast().allSatisfy { $0.count == 7 })
            _ = try await fixture.model { $0.completed == 2 }
        }
    }

    @Test func `who asks for no stream gets what the recording says`() async throws {
        try await ServerFixture.run(["do": "recorded", "file": "Recordings/chat.sse"]) { fixture in
            let json = try await fixture.ask(ServerFixture.chat(stream: false)).json()
            let message = json["choices"]?[0]?["message"]
            #expect(message?["reasoning_content"] == "Hm." && message?["content"] == "Let me see.")
            let call = message?["tool_calls"]?[0]?["function"]
            #expect(call == ["name": "price", "arguments": #"{"of":"BTC"}"#])
            #expect(json["choices"]?[0]?["finish_reason"] == "tool_calls" && json["usage"]?["total_tokens"] == 30)
        }
        try await ServerFixture.run(["do": "recorded", "file": "Recordings/messages.sse"]) { fixture in
            let json = try await fixture.ask(ServerFixture.messages(stream: false)).json()
            #expect(json["content"]?[0] == ["type": "thinking", "thinking": "Hm.", "signature": ""])
            #expect(json["content"]?[1] == ["type": "text", "text": "Let me see."])
            #expect(json["content"]?[2]?["input"] == ["of": "BTC"] && json["stop_reason"] == "tool_use")
            #expect(json["usage"]?["input_tokens"] == 12 && json["usage"]?["cache_read_input_tokens"] == 3)
        }
    }
}
