import JSON
import Testing

@testable import LLM

/// What providers send when something goes wrong, after a good status.
@Suite struct StreamFaultTests {
    private struct Read {
        var pieces: [CompletionPiece] = []
        var failure: ModelFailure?
        var end: CompletionEnd?
        var completion: Completion { Completion(pieces) }
    }

    private func read(_ reader: some CompletionStreamReader, _ text: String) throws -> Read {
        var (parser, reader) = (ServerSentEventParser(), reader)
        var events: [ServerSentEvent] = []
        try parser.feed(Array(text.utf8), into: &events)
        try parser.finish(into: &events)
        var read = Read()
        do throws(ModelFailure) {
            for event in events { try reader.read(event, into: &read.pieces) }
            read.end = try reader.end()
        } catch {
            read.failure = error
        }
        return read
    }

    private func chunk(_ delta: String, _ finish: String = "null") -> String {
        "data: {\"choices\":[{\"index\":0,\"delta\":\(delta),\"finish_reason\":\(finish)}]}\n\n"
    }

    // MARK: Chat

    @Test func `DONE without a reason is not an end`() throws {
        let read = try read(ChatStreamReader(), chunk(#"{"content":"Hel"}"#) + "data: [DONE]\n\n")
        #expect(read.failure?.kind == .truncated && read.completion.text == "Hel")
        let complete = try self.read(ChatStreamReader(), chunk(#"{"content":"Hi"}"#, #""stop""#))
        #expect(complete.end?.finish == .stop)
    }

    @Test(arguments: [
        (#"data: {"error":{"message":"x","type":"server_error"}}"#, ModelFailure.Kind.serverError),
        (#"data: {"error":{"code":502,"message":"down"},"choices":[]}"#, .serverError),
        (
            "event: error\ndata: {\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\","
                + "\"code\":\"tool_use_failed\",\"status_code\":400}}",
            .badOutput
        ),
        (#"{"error":"out of memory"}"#, .serverError),
        (#"{"code":"The service is currently unavailable","error":"try again"}"#, .overloaded),
        (#"data: {"error":{"message":"You exceeded your quota","type":"insufficient_quota"}}"#, .outOfMoney),
        (#"data: {"choices":[{"delta":{},"finish_reason":"error"}]}"#, .serverError),
        ("data: {\"choices\":[{\"del", .malformed),
        ("data: <html>", .malformed),
    ])
    func `a failure in the stream is one`(_ line: String, _ kind: ModelFailure.Kind) throws {
        let read = try read(ChatStreamReader(), chunk(#"{"role":"assistant","content":""}"#) + line + "\n\n")
        #expect(read.failure?.kind == kind)
        #expect(read.pieces.isEmpty)
    }

    @Test func `an empty reason and one for an interruption are no end, and more content takes an end back`() throws {
        let empty = try read(ChatStreamReader(), chunk(#"{"content":"Hel"}"#, #""""#))
        #expect(empty.failure?.kind == .truncated)
        for word in ["abort", "cancelled", "insufficient_system_resource"] {
            let read = try read(ChatStreamReader(), chunk(#"{"content":"Hel"}"#, "\"\(word)\""))
            #expect(read.failure?.kind == .truncated && read.completion.text == "Hel")
        }
        let more = try read(ChatStreamReader(), chunk("{}", #""stop""#) + chunk(#"{"content":"more"}"#))
        #expect(more.failure?.kind == .truncated)
    }

    @Test func `a first chunk with a role, or with nothing at all, is no content`() throws {
        let text =
            "data: {\"choices\":[],\"id\":\"\",\"model\":\"\",\"prompt_filter_results\":[]}\n\n"
            + chunk(#"{"role":"assistant","content":"","refusal":null}"#) + chunk(#"{"content":null}"#)
        #expect(try read(ChatStreamReader(), text).pieces.isEmpty)
    }

    @Test func `tool calls are told apart however they are numbered`() throws {
        let ways = [
            // As it should be, in fragments.
            #"[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]"#,
            #"[{"index":0,"function":{"arguments":":1}"}}]"#,
            #"[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]"#,
        ]
        let others = [
            // Whole, without an index.
            [
                #"[{"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]"#,
                #"[{"id":"b","function":{"name":"g","arguments":"{}"}}]"#,
            ],
            // All at index 0.
            [
                #"[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]"#,
                #"[{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]"#,
            ],
            // From 1 on.
            [
                #"[{"index":1,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]"#,
                #"[{"index":2,"id":"b","function":{"name":"g","arguments":""}},{"index":2,"function":{"arguments":"{}"}}]"#,
            ],
            // Two in one list, without an index.
            [
                #"[{"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"b","function":{"name":"g","arguments":"{}"}}]"#
            ],
        ]
        let expected = [
            Completion.ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#),
            Completion.ToolCall(id: "b", name: "g", arguments: "{}"),
        ]
        for way in [ways] + others {
            let text = way.map { chunk("{\"tool_calls\":\($0)}") }.joined() + chunk("{}", #""tool_calls""#)
            let read = try read(ChatStreamReader(), text)
            #expect(read.completion.toolCalls == expected && read.end?.finish == .toolCalls, "\(way)")
        }
    }

    @Test func `reasoning is kept apart, and its repeats are dropped where a provider repeats it`() throws {
        let text =
            chunk(#"{"reasoning_content":"Hm. "}"#) + chunk(#"{"reasoning_content":"Hm. "}"#)
            + chunk(#"{"reasoning":"So."}"#)
            + chunk(#"{"content":"Yes"}"#, #""stop""#)
        let read = try read(ChatStreamReader(dropsRepeats: true), text)
        #expect(read.completion.reasoning == "Hm. So." && read.completion.text == "Yes")
    }

    // MARK: Usage

    @Test(arguments: [
        // OpenAI: what was cached is part of the prompt, reasoning of the completion.
        (
            #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10},"completion_tokens_details":{"reasoning_tokens":20}}"#,
            ModelUsage(inputUncached: 50, cacheRead: 40, cacheWrite: 10, output: 50, reasoning: 20)
        ),
        // xAI: reasoning comes on top.
        (
            #"{"prompt_tokens":12,"completion_tokens":1,"total_tokens":303,"prompt_tokens_details":{"cached_tokens":11},"completion_tokens_details":{"reasoning_tokens":290},"cost_in_usd_ticks":7}"#,
            ModelUsage(inputUncached: 1, cacheRead: 11, output: 291, reasoning: 290, costTicks: 7)
        ),
        // Gemini: thinking shows in the total only.
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":40}"#,
            ModelUsage(inputUncached: 10, output: 30, reasoning: 25)
        ),
        // More cached than prompt: then it is not part of it.
        (
            #"{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":90}}"#,
            ModelUsage(inputUncached: 5, cacheRead: 90, output: 3)
        ),
    ])
    func `usage has one form`(_ text: String, _ expected: ModelUsage) throws {
        let usage = ChatUsage(try JSONValue(parsing: Array(text.utf8)))
        #expect(usage?.normal == expected)
    }

    @Test func `nonsense is no usage`() throws {
        for text in [
            "null", "{}", #"{"prompt_tokens":-1,"completion_tokens":1}"#,
            #"{"prompt_tokens":1e300,"completion_tokens":1}"#,
        ] {
            #expect(ChatUsage(try JSONValue(parsing: Array(text.utf8))) == nil, "\(text)")
        }
    }

    // MARK: Messages

    private static let start =
        #"data: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":43,"output_tokens":1}}}"#
        + "\n\n"
    private static let words =
        #"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}"# + "\n\n"
    private static let finish =
        #"data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":61,"output_tokens":9}}"#
        + "\n\n" + #"data: {"type":"message_stop"      }"# + "\n\n"

    @Test func `the last word on usage holds`() throws {
        let read = try read(MessagesStreamReader(), Self.start + Self.words + Self.finish)
        #expect(read.end?.usage == ModelUsage(inputUncached: 61, output: 9))
    }

    @Test func `a second beginning is harmless before any content, and the end of the answer after`() throws {
        let harmless = try read(MessagesStreamReader(), Self.start + Self.start + Self.words + Self.finish)
        #expect(harmless.end?.finish == .stop && harmless.completion.text == "Hel")
        let late = try read(MessagesStreamReader(), Self.start + Self.words + Self.start + Self.words + Self.finish)
        #expect(late.failure?.kind == .truncated && late.end == nil)
    }

    @Test func `an error event ends the answer`() throws {
        let text = Self.start + "event: ping\ndata: {\"type\":\"ping\"}\n\n"
        let error =
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
        let read = try read(MessagesStreamReader(), text + error)
        #expect(read.failure?.kind == .overloaded && read.pieces.isEmpty)
    }

    @Test func `a refusal can be all there is`() throws {
        let refusal =
            #"data: {"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"No."}},"usage":{"output_tokens":2}}"#
            + "\n\n"
        let read = try read(MessagesStreamReader(), Self.start + refusal)
        #expect(read.end?.finish == .contentFilter && read.completion.refusal == "No.")
        let silent = #"data: {"type":"message_delta","delta":{"stop_reason":"refusal"},"usage":{"output_tokens":2}}"#
        let nothing = try self.read(MessagesStreamReader(), Self.start + silent + "\n\n")
        #expect(nothing.end?.finish == .contentFilter && nothing.pieces.isEmpty)
    }

    @Test func `what the provider's own tools are given is no call of ours`() throws {
        let own =
            #"data: {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"search"}}"#
            + "\n\n"
            + #"data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#
            + "\n\n"
        let read = try read(MessagesStreamReader(), Self.start + own + Self.words + Self.finish)
        #expect(read.completion.toolCalls.isEmpty && read.completion.text == "Hel")
    }
}
