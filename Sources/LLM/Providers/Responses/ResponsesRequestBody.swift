import JSON

/// Writes a request for `/responses`, as xAI reads it; always for a stream.
///
/// The older way to have X searched, `search_parameters` of a chat, is gone (410).
struct ResponsesRequestBody {
    let request: ModelRequest
    let model: String
    let traits: ModelTraits

    var json: JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model),
            "input": .array(request.messages.flatMap(ResponsesRequestBody.items)),
            "max_output_tokens": .int(Int64(request.outputTokensMax)),
            "stream": true,
            // Nobody asks for it again.
            "store": false,
        ]
        if !traits.refusesSampling {
            if let temperature = request.temperature { body["temperature"] = .double(temperature) }
            if let topP = request.topP { body["top_p"] = .double(topP) }
        }
        if let effort = request.effort { body["reasoning"] = ["effort": .string(effort.rawValue)] }
        let tools = request.search.map { [ResponsesRequestBody.tool($0)] } ?? []
        body["tools"] = .array(tools + request.tools.map(ResponsesRequestBody.tool))
        if !request.tools.isEmpty { body["tool_choice"] = toolChoice }
        switch request.form {
        case .text: break
        case .json: body["text"] = ["format": ["type": "json_object"]]
        case .schema(let name, let schema):
            body["text"] = [
                "format": ["type": "json_schema", "name": .string(name), "schema": schema, "strict": true]
            ]
        }
        return .object(body)
    }

    // MARK: Tools

    private static func tool(_ search: XSearch) -> JSONValue {
        var tool: [String: JSONValue] = ["type": "x_search"]
        switch search.accounts {
        case .all: break
        case .only(let names): tool["allowed_x_handles"] = handles(names)
        case .allBut(let names): tool["excluded_x_handles"] = handles(names)
        }
        if let from = search.from { tool["from_date"] = .string(from) }
        if let to = search.to { tool["to_date"] = .string(to) }
        return .object(tool)
    }

    /// No more are taken.
    private static func handles(_ names: [String]) -> JSONValue {
        .array(names.prefix(XSearch.accountsMax).map { .string($0) })
    }

    private static func tool(_ tool: ModelTool) -> JSONValue {
        [
            "type": "function", "name": .string(tool.name), "description": .string(tool.description),
            "parameters": tool.parameters,
        ]
    }

    private var toolChoice: JSONValue {
        switch request.toolChoice {
        case .automatic: "auto"
        case .never: "none"
        case .always: "required"
        case .named(let name): ["type": "function", "name": .string(name)]
        }
    }

    // MARK: Messages

    /// Calls and what came of them stand beside the messages, not in them.
    private static func items(_ message: ModelMessage) -> [JSONValue] {
        if message.role == .tool {
            return [
                [
                    "type": "function_call_output", "call_id": .string(message.toolCallID ?? ""),
                    "output": .string(message.text),
                ]
            ]
        }
        let calls = message.toolCalls.map { call -> JSONValue in
            [
                "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
                "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments),
            ]
        }
        guard !message.parts.isEmpty, !message.text.isEmpty || calls.isEmpty else { return calls }
        return [["role": .string(message.role.rawValue), "content": content(message)]] + calls
    }

    /// A plain text where there are no images.
    private static func content(_ message: ModelMessage) -> JSONValue {
        let hasImages = message.parts.contains { if case .image = $0 { true } else { false } }
        guard hasImages else { return .string(message.text) }
        return .array(
            message.parts.map { part in
                switch part {
                case .text(let text): ["type": "input_text", "text": .string(text)]
                case .image(let type, let base64):
                    ["type": "input_image", "image_url": .string("data:\(type);base64,\(base64)")]
                }
            }
        )
    }
}
