import JSON

/// Reads the chunks of `/chat/completions`, as OpenAI and everybody who follows it streams them.
///
/// The servers differ in where they put reasoning (`reasoning_content`, `reasoning`), usage (a chunk of its own, or the
/// last one with a choice), tool calls (in fragments, or whole) and failures (a chunk, a named event, a bare line of JSON).
package struct ChatStreamReader: CompletionStreamReader {
    private var numbers = ToolCallNumbers()
    private var finish: FinishReason?
    private var model: String?
    private var lastReasoning = ""
    private let dropsRepeats: Bool
    package private(set) var usage: ModelUsage?
    package private(set) var isOver = false

    /// - Parameter dropsRepeats: whether the server sends pieces of reasoning twice in a row (xAI).
    package init(dropsRepeats: Bool = false) { self.dropsRepeats = dropsRepeats }

    package mutating func read(
        _ event: ServerSentEvent,
        into pieces: inout [CompletionPiece]
    ) throws(ModelFailure) {
        if event.isDone {
            isOver = true
            return
        }
        let chunk: JSONValue
        do throws(JSONSyntaxError) {
            chunk = try JSONValue(parsing: event.data, omitting: ChatStreamReader.unread)
        } catch {
            throw ModelFailure(.malformed, detail: "a chunk is no JSON: \(error)")
        }
        if event.name == "error" || event.isBare || !(chunk["error"]?.isNull ?? true) {
            throw ProviderErrorBody(chunk).failure(status: nil)
        }
        if let model = chunk["model"]?.string, !model.isEmpty { self.model = model }
        if let usage = chunk["usage"].flatMap(ChatUsage.init) ?? chunk["x_groq"]?["usage"].flatMap(ChatUsage.init) {
            self.usage = usage.normal
        }
        // One answer was asked for.
        guard let choice = chunk["choices"]?.array?.first(where: { ($0["index"]?.int ?? 0) == 0 }) else { return }
        try read(choice, into: &pieces)
    }

    /// Each chunk says these again.
    private static let unread: [StaticString] = [
        "id", "object", "created", "system_fingerprint", "service_tier", "obfuscation", "provider",
    ]

    private mutating func read(_ choice: JSONValue, into pieces: inout [CompletionPiece]) throws(ModelFailure) {
        let count = pieces.count
        // Some servers send a whole message where a stream was asked for.
        let delta = choice["delta"] ?? choice["message"] ?? .null
        if let text = (delta["reasoning_content"] ?? delta["reasoning"])?.string, !text.isEmpty {
            if !dropsRepeats || text != lastReasoning { pieces.append(.reasoning(text)) }
            lastReasoning = text
        }
        if let text = delta["content"]?.string, !text.isEmpty { pieces.append(.text(text)) }
        if let text = delta["refusal"]?.string, !text.isEmpty { pieces.append(.refusal(text)) }
        for (place, call) in (delta["tool_calls"]?.array ?? []).enumerated() {
            let index = call["index"]?.int.flatMap { Int(exactly: $0) } ?? place
            let (number, isNew) = numbers.number(at: index, id: call["id"]?.string)
            pieces.append(
                .toolCall(
                    ToolCallPiece(
                        index: number,
                        id: isNew ? call["id"]?.string : nil,
                        name: isNew ? call["function"]?["name"]?.string : nil,
                        arguments: call["function"]?["arguments"]?.string ?? ""
                    )
                )
            )
        }
        // Whoever says something more had not finished.
        if pieces.count > count { finish = nil }
        // Some servers send an empty one with every chunk.
        guard let word = choice["finish_reason"]?.string, !word.isEmpty else { return }
        guard word != "error" else { throw ModelFailure(.serverError, detail: "finish_reason error") }
        guard !ChatStreamReader.interruptions.contains(word) else {
            throw ModelFailure(.truncated, detail: "finish_reason \(word)")
        }
        finish = FinishReason(chatWord: word)
    }

    /// Words for an end that is none.
    private static let interruptions: Set<String> = ["abort", "cancelled", "insufficient_system_resource"]

    package func end() throws(ModelFailure) -> CompletionEnd {
        guard let finish else { throw ModelFailure(.truncated) }
        return CompletionEnd(finish: finish, usage: usage, model: model)
    }
}

extension FinishReason {
    /// What the servers of this grammar say; a word that is not known ends the answer like any other.
    init(chatWord: String) {
        switch chatWord {
        case "length", "max_tokens": self = .length
        case "tool_calls", "function_call": self = .toolCalls
        case "content_filter", "refusal": self = .contentFilter
        default: self = .stop
        }
    }
}
