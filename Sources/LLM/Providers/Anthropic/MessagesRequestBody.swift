import JSON

/// Writes a request for Anthropic's `/v1/messages`.
///
/// There are only two roles: what the station says stands beside the messages, and what a tool has said is a block of the
/// user's next message. Messages of one role in a row become one.
struct MessagesRequestBody {
    let request: ModelRequest
    let model: String
    let traits: ModelTraits
    let isStream: Bool

    var json: JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model), "max_tokens": .int(Int64(request.outputTokensMax)), "messages": .array(messages),
        ]
        let system = (request.messages.filter { $0.role == .system }.map(\.text) + [formText]).filter { !$0.isEmpty }
        if !system.isEmpty { body["system"] = .string(system.joined(separator: "\n\n")) }
        if isStream { body["stream"] = true }
        if !traits.refusesSampling {
            if let temperature = request.temperature { body["temperature"] = .double(min(1, temperature)) }
            if let topP = request.topP { body["top_p"] = .double(topP) }
        }
        if !request.stops.isEmpty { body["stop_sequences"] = .array(request.stops.map { .string($0) }) }
        // Also when none may be called: earlier messages may have called some.
        if !request.tools.isEmpty {
            body["tools"] = .array(
                request.tools.map { tool in
                    [
                        "name": .string(tool.name), "description": .string(tool.description),
                        "input_schema": tool.parameters,
                    ]
                }
            )
            body["tool_choice"] = toolChoice
        }
        return .object(body)
    }

    private var toolChoice: JSONValue {
        switch request.toolChoice {
        case .automatic: ["type": "auto"]
        case .never: ["type": "none"]
        case .always: ["type": "any"]
        case .named(let name): ["type": "tool", "name": .string(name)]
        }
    }

    /// The form of the answer in words, which every version of every model understands.
    private var formText: String {
        switch request.form {
        case .text: ""
        case .json: "Answer with one JSON object and nothing else: no word before or after it, no code fence."
        case .schema(_, let schema):
            "Answer with one JSON object and nothing else: no word before or after it, no code fence. It has to conform to "
                + "this JSON Schema:\n" + String(decoding: schema.bytes, as: UTF8.self)
        }
    }

    private var messages: [JSONValue] {
        var written: [(role: String, blocks: [JSONValue])] = []
        for message in request.messages where message.role != .system {
            let role = message.role == .assistant ? "assistant" : "user"
            let blocks = MessagesRequestBody.blocks(message)
            guard !blocks.isEmpty else { continue }
            if written.last?.role == role {
                written[written.count - 1].blocks += blocks
            } else {
                written.append((role, blocks))
            }
        }
        return written.map { ["role": .string($0.role), "content": .array($0.blocks)] }
    }

    private static func blocks(_ message: ModelMessage) -> [JSONValue] {
        if message.role == .tool {
            return [
                [
                    "type": "tool_result", "tool_use_id": .string(message.toolCallID ?? ""),
                    "content": .string(message.text),
                ]
            ]
        }
        let parts: [JSONValue] = message.parts.compactMap { part in
            switch part {
            // Empty blocks are refused.
            case .text(let text): text.isEmpty ? nil : ["type": "text", "text": .string(text)]
            case .image(let type, let base64):
                [
                    "type": "image",
                    "source": ["type": "base64", "media_type": .string(type), "data": .string(base64)],
                ]
            }
        }
        return parts + message.toolCalls.map(toolUse)
    }

    private static func toolUse(_ call: Completion.ToolCall) -> JSONValue {
        var input: JSONValue = [:]
        if !call.arguments.isEmpty {
            // A model may have said anything; what is no object goes back as the text that it was.
            input = ["arguments": .string(call.arguments)]
            do throws(JSONSyntaxError) {
                let parsed = try JSONValue(parsing: Array(call.arguments.utf8))
                if parsed.object != nil { input = parsed }
            } catch {
                // It stays that text.
            }
        }
        return ["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": input]
    }
}
