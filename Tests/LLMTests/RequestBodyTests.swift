import JSON
import Testing

@testable import LLM

/// What is sent to the providers.
@Suite struct RequestBodyTests {
    private var request: ModelRequest {
        var assistant = ModelMessage(.assistant, "")
        assistant.toolCalls = [Completion.ToolCall(id: "c1", name: "price", arguments: #"{"of":"BTC"}"#)]
        var tool = ModelMessage(.tool, "46758.87")
        tool.toolCallID = "c1"
        var request = ModelRequest(
            [
                ModelMessage(.system, "Be brief."), ModelMessage(.user, "What is it worth?"), assistant, tool,
                ModelMessage(.user, [.text("And this?"), .image(type: "image/png", base64: "AAAA")]),
            ],
            outputTokensMax: 77
        )
        request.temperature = 1.5
        request.stops = ["END"]
        request.tools = [ModelTool(name: "price", description: "Says prices", parameters: ["type": "object"])]
        request.toolChoice = .named("price")
        return request
    }

    @Test func `a chat is written as OpenAI reads it`() {
        let body = ChatRequestBody(request: request, model: "gpt", traits: ModelTraits(), isStream: true).json
        #expect(body["model"] == "gpt" && body["max_completion_tokens"] == 77 && body["max_tokens"] == nil)
        #expect(body["stream"] == true && body["stream_options"]?["include_usage"] == true)
        #expect(body["temperature"] == 1.5 && body["stop"] == ["END"])
        let messages = body["messages"]?.array ?? []
        #expect(messages.map { $0["role"] } == ["system", "user", "assistant", "tool", "user"])
        #expect(messages[2]["content"] == .null)
        #expect(messages[2]["tool_calls"]?[0]?["function"]?["arguments"] == #"{"of":"BTC"}"#)
        #expect(messages[3]["tool_call_id"] == "c1" && messages[3]["content"] == "46758.87")
        #expect(messages[4]["content"]?[1]?["image_url"]?["url"] == "data:image/png;base64,AAAA")
        #expect(body["tool_choice"]?["function"]?["name"] == "price")
    }

    @Test func `what a model does not understand is left out`() {
        var traits = ModelTraits()
        traits.usesMaxTokens = true
        traits.refusesSampling = true
        let body = ChatRequestBody(request: request, model: "m", traits: traits, isStream: false).json
        #expect(body["max_tokens"] == 77 && body["max_completion_tokens"] == nil)
        #expect(body["temperature"] == nil && body["stop"] == nil && body["stream"] == nil)
        let other = MessagesRequestBody(request: request, model: "m", traits: traits, isStream: false).json
        #expect(other["temperature"] == nil && other["stream"] == nil)
    }

    @Test func `a structured answer is asked for`() {
        var request = ModelRequest([ModelMessage(.user, "x")], outputTokensMax: 5)
        request.form = .schema(name: "facts", ["type": "object"])
        let body = ChatRequestBody(request: request, model: "m", traits: ModelTraits(), isStream: false).json
        #expect(body["response_format"]?["json_schema"]?["name"] == "facts")
        #expect(body["response_format"]?["json_schema"]?["strict"] == true)
    }

    @Test func `Anthropic is told in words what form the answer has to have, and what was no object stays a text`() {
        var assistant = ModelMessage(.assistant, "")
        assistant.toolCalls = [
            Completion.ToolCall(id: "a", name: "f", arguments: #""BTC""#),
            Completion.ToolCall(id: "b", name: "f", arguments: "{oops"), Completion.ToolCall(id: "c", name: "f"),
        ]
        var request = ModelRequest([ModelMessage(.user, "x"), assistant], outputTokensMax: 5)
        request.form = .schema(name: "facts", ["type": "object"])
        request.tools = [ModelTool(name: "f", description: "", parameters: ["type": "object"])]
        request.toolChoice = .never
        let body = MessagesRequestBody(request: request, model: "m", traits: ModelTraits(), isStream: false).json
        #expect(body["system"]?.string?.contains(#"{"type":"object"}"#) == true)
        #expect(body["tools"]?.array?.count == 1 && body["tool_choice"] == ["type": "none"])
        let blocks = body["messages"]?[1]?["content"]?.array ?? []
        #expect(blocks.map { $0["input"] } == [["arguments": #""BTC""#], ["arguments": "{oops"], [:]])
    }

    @Test func `a chat is written as Anthropic reads it`() {
        let body = MessagesRequestBody(request: request, model: "claude", traits: ModelTraits(), isStream: true).json
        #expect(body["system"] == "Be brief." && body["max_tokens"] == 77 && body["stream"] == true)
        // No more than 1 is taken.
        #expect(body["temperature"] == 1.0)
        let messages = body["messages"]?.array ?? []
        // What the tool said and what the user says next are one message.
        #expect(messages.map { $0["role"] } == ["user", "assistant", "user"])
        #expect(messages[1]["content"]?[0]?["type"] == "tool_use")
        #expect(messages[1]["content"]?[0]?["input"] == ["of": "BTC"])
        #expect(messages[2]["content"]?[0]?["tool_use_id"] == "c1")
        #expect(messages[2]["content"]?[2]?["source"]?["media_type"] == "image/png")
        #expect(body["tool_choice"] == ["type": "tool", "name": "price"])
        #expect(body["tools"]?[0]?["input_schema"] == ["type": "object"])
    }
}
