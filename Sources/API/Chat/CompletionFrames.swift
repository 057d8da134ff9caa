import Bus
import Chat
import JSON
import LLM

/// An answer as OpenAI's interface streams it: chunks, then `[DONE]`.
struct CompletionFrames: AnswerFrames {
    let id: String
    /// What the client has asked for.
    let model: String
    let created: Int64
    let includesUsage: Bool

    func begin(_ target: ModelTarget) throws -> [UInt8] {
        chunk(delta: ["role": "assistant", "content": ""], finish: .null)
    }

    func pieces(_ pieces: [CompletionPiece], from target: ModelTarget) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var text = ""
        for piece in pieces {
            // Words that came together go together.
            if case .text(let more) = piece {
                text += more
                continue
            }
            bytes += flush(&text)
            switch piece {
            case .text: break
            case .reasoning(let more): bytes += chunk(delta: ["reasoning_content": .string(more)], finish: .null)
            case .refusal(let more): bytes += chunk(delta: ["refusal": .string(more)], finish: .null)
            case .toolCall(let call): bytes += chunk(delta: ["tool_calls": [call.delta]], finish: .null)
            }
        }
        return bytes + flush(&text)
    }

    private func flush(_ text: inout String) -> [UInt8] {
        guard !text.isEmpty else { return [] }
        defer { text = "" }
        return chunk(delta: ["content": .string(text)], finish: .null)
    }

    func end(_ result: ChatResult) throws -> [UInt8] {
        guard case .complete(let end, _) = result.report.outcome else {
            let error = APIError(
                .allProvidersFailed,
                "The answer broke off (\(result.report.failure?.kind.rawValue ?? "unknown")); what came is charged."
            )
            return event(CompletionError(error).body)
        }
        var bytes = chunk(delta: [:], finish: .string(end.finish.rawValue))
        if includesUsage {
            bytes += event(
                object(
                    choices: [],
                    ["usage": CompletionAnswer.usage(result), "x_cryptocall": CompletionAnswer.own(result)]
                )
            )
        }
        return bytes + Array("data: [DONE]\n\n".utf8)
    }

    private func chunk(delta: JSONValue, finish: JSONValue) -> [UInt8] {
        event(
            object(
                choices: [["index": 0, "delta": delta, "logprobs": .null, "finish_reason": finish]],
                includesUsage ? ["usage": .null] : [:]
            )
        )
    }

    private func object(choices: JSONValue, _ more: [String: JSONValue]) -> JSONValue {
        .object(
            [
                "id": .string(id), "object": "chat.completion.chunk", "created": .int(created),
                "model": .string(model), "choices": choices,
            ].merging(more) { $1 }
        )
    }

    private func event(_ value: JSONValue) -> [UInt8] { Array("data: ".utf8) + value.bytes + Array("\n\n".utf8) }
}

extension ToolCallPiece {
    fileprivate var delta: JSONValue {
        var function: [String: JSONValue] = ["arguments": .string(arguments)]
        if let name { function["name"] = .string(name) }
        var call: [String: JSONValue] = ["index": .int(Int64(index)), "function": .object(function)]
        if let id {
            call["id"] = .string(id)
            call["type"] = "function"
        }
        return .object(call)
    }
}

/// An answer as OpenAI's interface gives it in one piece.
enum CompletionAnswer {
    static func whole(_ result: ChatResult, id: String, model: String, created: Int64) -> JSONValue {
        let content = result.report.content
        var finish = FinishReason.stop
        if case .complete(let end, _) = result.report.outcome { finish = end.finish }
        var message: [String: JSONValue] = [
            "role": "assistant",
            "content": content.text.isEmpty && !content.toolCalls.isEmpty ? .null : .string(content.text),
            "refusal": content.refusal.isEmpty ? .null : .string(content.refusal),
        ]
        if !content.toolCalls.isEmpty {
            message["tool_calls"] = .array(
                content.toolCalls.map { call in
                    [
                        "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                }
            )
        }
        return [
            "id": .string(id), "object": "chat.completion", "created": .int(created), "model": .string(model),
            "choices": [
                [
                    "index": 0, "message": .object(message), "logprobs": .null,
                    "finish_reason": .string(finish.rawValue),
                ]
            ],
            "usage": usage(result),
            "x_cryptocall": own(result),
        ]
    }

    /// What is charged for.
    static func usage(_ result: ChatResult) -> JSONValue {
        let (input, output) = (result.charge?.inputTokens ?? 0, result.charge?.outputTokens ?? 0)
        let used = result.report.contributions.compactMap(\.usage)
        return [
            "prompt_tokens": .int(Int64(input)), "completion_tokens": .int(Int64(output)),
            "total_tokens": .int(Int64(input + output)),
            "prompt_tokens_details": ["cached_tokens": .int(Int64(used.reduce(0) { $0 + $1.cacheRead }))],
            "completion_tokens_details": ["reasoning_tokens": .int(Int64(used.reduce(0) { $0 + $1.reasoning }))],
        ]
    }

    /// What only we say.
    static func own(_ result: ChatResult) -> JSONValue {
        [
            "answered_by": .array(result.report.contributions.map { .string($0.target.description) }),
            "credits_charged": .int(result.charge?.credits ?? 0),
            "credits_remaining": result.remaining.map { .int($0) } ?? .null,
        ]
    }
}
