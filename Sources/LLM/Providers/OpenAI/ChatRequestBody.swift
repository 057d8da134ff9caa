import JSON

/// Writes a request for `/chat/completions`.
struct ChatRequestBody {
    let request: ModelRequest
    let model: String
    let traits: ModelTraits
    let isStream: Bool

    var json: JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model),
            "messages": .array(request.messages.map(ChatRequestBody.message)),
            traits.usesMaxTokens ? "max_tokens" : "max_completion_tokens": .int(Int64(request.outputTokensMax)),
        ]
        if isStream {
            body["stream"] = true
            // Otherwise what a stream has used would never be told.
            body["stream_options"] = ["include_usage": true]
        }
        if !traits.refusesSampling {
            if let temperature = request.temperature { body["temperature"] = .double(temperature) }
            if let topP = request.topP { body["top_p"] = .double(topP) }
            if !request.stops.isEmpty { body["stop"] = .array(request.stops.map { .string($0) }) }
        }
        if let effort = request.effort { body["reasoning_effort"] = .string(effort.rawValue) }
        if !request.tools.isEmpty {
            body["tools"] = .array(request.tools.map(ChatRequestBody.tool))
            body["tool_choice"] = toolChoice
        }
        switch request.form {
        case .text: break
        case .json: body["response_format"] = ["type": "json_object"]
        case .schema(let name, let schema):
            body["response_format"] = [
                "type": "json_schema", "json_schema": ["name": .string(name), "schema": schema, "strict": true],
            ]
        }
        return .object(body)
    }

    private var toolChoice: JSONValue {
        switch request.toolChoice {
        case .automatic: "auto"
        case .never: "none"
        case .always: "required"
        case .named(let name): ["type": "function", "function": ["name": .string(name)]]
        }
    }

    private static func tool(_ tool: ModelTool) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
            ],
        ]
    }

    private static func message(_ message: ModelMessage) -> JSONValue {
        var fields: [String: JSONValue] = ["role": .string(message.role.rawValue), "content": content(message)]
        if !message.toolCalls.isEmpty {
            fields["tool_calls"] = .array(
                message.toolCalls.map { call in
                    [
                        "id": .string(call.id), "type": "function",
                        "function": [
                            "name": .string(call.name),
                            "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments),
                        ],
                    ]
                }
            )
        }
        if let id = message.toolCallID { fields["tool_call_id"] = .string(id) }
        return .object(fields)
    }

    /// A plain text where there are no images: that is what every server takes.
    private static func content(_ message: ModelMessage) -> JSONValue {
        let hasImages = message.parts.contains { if case .image = $0 { true } else { false } }
        guard hasImages else {
            return message.text.isEmpty && !message.toolCalls.isEmpty ? .null : .string(message.text)
        }
        return .array(
            message.parts.map { part in
                switch part {
                case .text(let text): ["type": "text", "text": .string(text)]
                case .image(let type, let base64):
                    ["type": "image_url", "image_url": ["url": .string("data:\(type);base64,\(base64)")]]
                }
            }
        )
    }
}
