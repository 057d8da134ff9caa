import HTTPTypes
import JSON
import LLM
import Testing

@testable import API

/// What clients of OpenAI's interface send, and what they are told of it.
@Suite struct CompletionTests {
    private func input(_ text: String) throws -> CompletionInput {
        try CompletionInput(try JSONValue(parsing: Array(text.utf8)))
    }

    private func faults(_ text: String) throws -> [String] {
        do {
            _ = try input(text)
            return []
        } catch let error as APIError {
            return error.faults.map { "\($0.field): \($0.message)" }
        }
    }

    @Test func `everything that means something here is read`() throws {
        let input = try input(
            #"""
            {"model":"grok","stream":true,"stream_options":{"include_usage":true},"max_tokens":7,"temperature":0.5,
             "top_p":1,"stop":["a","b"],"user":"someone","seed":3,"n":1,"reasoning_effort":"high",
             "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object"}}},
             "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"f"}},
             "messages":[
              {"role":"developer","content":"Be kind."},
              {"role":"user","content":[{"type":"text","text":"What is it?"},
               {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
              {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
               "function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"42"}]}
            """#
        )
        #expect(input.model == "grok" && input.isStream && input.includesUsage && input.outputTokensMax == 7)
        #expect(input.request.temperature == 0.5 && input.request.topP == 1 && input.request.stops == ["a", "b"])
        #expect(input.request.effort == .high && input.request.toolChoice == .named("f"))
        #expect(input.request.form == .schema(name: "x", ["type": "object"]))
        #expect(input.request.messages.map(\.role) == [.system, .user, .assistant, .tool])
        #expect(input.request.messages[1].parts == [.text("What is it?"), .image(type: "image/png", base64: "AAAA")])
        #expect(input.request.messages[2].toolCalls.map(\.id) == ["c1"])
        #expect(input.request.messages[3].toolCallID == "c1")
    }

    @Test(arguments: [
        (#"{"messages":[{"role":"user","content":"x"}]}"#, "model: is missing"),
        (#"{"model":"m"}"#, "messages: must not be empty"),
        (
            #"{"model":"m","messages":[{"role":"boss","content":"x"}]}"#,
            #"messages[0].role: "boss" is none of developer, system, user, assistant, tool"#
        ),
        (#"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role: is missing"),
        (#"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content: is missing"),
        (#"{"model":"m","messages":[{"role":"tool","content":"x"}]}"#, "messages[0].tool_call_id: is missing"),
        (#"{"model":"m","messages":"x"}"#, "messages: must be a list of 500 at most"),
        (#"{"model":"m","n":2,"messages":[{"role":"user","content":"x"}]}"#, "n: must be 1: one answer is made"),
        (
            #"{"model":"m","temperature":3,"messages":[{"role":"user","content":"x"}]}"#,
            "temperature: must be a number from 0.0 to 2.0"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://x/y"}}]}]}"#,
            "messages[0].content[0].image_url.url: must be a data: URL with the image in it"
        ),
        (
            #"{"model":"m","tool_choice":"maybe","messages":[{"role":"user","content":"x"}]}"#,
            "tool_choice: must be auto, none, required, or one of the tools"
        ),
        ("[]", "body: must be an object"),
    ])
    func `what is wrong is named by its field`(body: String, fault: String) throws {
        let found = try faults(body)
        #expect(found.first == fault)
    }

    @Test func `everything wrong is listed at once, within bounds`() throws {
        let many = try faults(
            #"{"model":7,"stream":"yes","temperature":"hot","messages":[{"role":"user","content":"x"}]}"#
        )
        #expect(many.count == 3)
        let messages = Array(repeating: #"{"role":"x"}"#, count: 400).joined(separator: ",")
        let most = try faults(#"{"model":"m","messages":[\#(messages)]}"#)
        #expect(most.count == 50)
    }

    @Test func `an image that is too large is refused by name`() throws {
        let image = "data:image/png;base64," + String(repeating: "A", count: 5 * 1024 * 1024)
        let part: JSONValue = ["type": "image_url", "image_url": ["url": .string(image)]]
        let body: JSONValue = ["model": "m", "messages": [["role": "user", "content": [part]]]]
        let error = #expect(throws: APIError.self) { try CompletionInput(body) }
        let found = error?.faults.map { "\($0.field): \($0.message)" }
        #expect(found == ["messages[0].content[0].image_url.url: is larger than the 4 MB that an image may have"])
    }

    @Test(arguments: [
        (APIError(.unauthorized, "x"), 401, "invalid_api_key"),
        (APIError(.insufficientCredits, "x"), 429, "insufficient_quota"),
        (APIError(.allProvidersFailed, "x"), 503, "all_providers_failed"),
        (APIError(.tierRequired, "x"), 403, "tier_required"),
        (APIError(.spendingPaused, "x"), 403, "spending_paused"),
        (APIError(.notFound, "x"), 404, "model_not_found"),
        (APIError(.tooLarge, "x"), 413, "context_length_exceeded"),
    ])
    func `errors look as its clients know them`(error: APIError, status: Int, code: String) throws {
        let told = CompletionError(error)
        #expect(told.status.code == status && told.body["error"]?["code"]?.string == code)
        #expect(told.body["error"]?["message"]?.string == "x")
    }
}
