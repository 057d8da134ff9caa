import JSON

/// Reads the events of Anthropic's `/v1/messages`.
///
/// Usage is cumulative: the last value of each field holds. A second `message_start` means that the provider has begun
/// anew: what came before is not part of the answer, which is no harm as long as nobody has got any of it.
package struct MessagesStreamReader: CompletionStreamReader {
    private var numbers = ToolCallNumbers()
    private var finish: FinishReason?
    private var model: String?
    private var tokens = MessagesUsage()
    private var hasContent = false
    /// The blocks that are calls of our tools.
    private var toolBlocks: Set<Int> = []
    package private(set) var isOver = false

    package init() {}

    package var usage: ModelUsage? { tokens.normal }

    package mutating func read(
        _ event: ServerSentEvent,
        into pieces: inout [CompletionPiece]
    ) throws(ModelFailure) {
        let body: JSONValue
        do throws(JSONSyntaxError) {
            body = try JSONValue(parsing: event.data)
        } catch {
            throw ModelFailure(.malformed, detail: "an event is no JSON: \(error)")
        }
        let count = pieces.count
        switch body["type"]?.string ?? event.name {
        case "message_start": try begin(body)
        case "content_block_start": beginBlock(body, into: &pieces)
        case "content_block_delta": extendBlock(body, into: &pieces)
        case "message_delta":
            tokens.take(body["usage"])
            if let word = body["delta"]?["stop_reason"]?.string { finish = FinishReason(messagesWord: word) }
            if let text = body["delta"]?["stop_details"]?["explanation"]?.string, finish == .contentFilter {
                pieces.append(.refusal(text))
            }
        case "message_stop": isOver = true
        case "error": throw ProviderErrorBody(body).failure(status: nil)
        // `ping`, the ends of blocks, and whatever is new.
        default: break
        }
        if pieces[count...].contains(where: \.isContent) { hasContent = true }
    }

    private mutating func begin(_ body: JSONValue) throws(ModelFailure) {
        guard !hasContent else { throw ModelFailure(.truncated, detail: "the provider has begun anew") }
        self = MessagesStreamReader()
        model = body["message"]?["model"]?.string
        tokens.take(body["message"]?["usage"])
    }

    private mutating func beginBlock(_ body: JSONValue, into pieces: inout [CompletionPiece]) {
        let block = body["content_block"] ?? .null
        switch block["type"]?.string {
        case "text":
            if let text = block["text"]?.string, !text.isEmpty { pieces.append(.text(text)) }
        case "thinking":
            if let text = block["thinking"]?.string, !text.isEmpty { pieces.append(.reasoning(text)) }
        case "tool_use":
            let id = block["id"]?.string
            toolBlocks.insert(MessagesStreamReader.index(body))
            let input = block["input"].flatMap { ($0.object ?? [:]).isEmpty ? nil : $0 }
            pieces.append(
                .toolCall(
                    ToolCallPiece(
                        index: numbers.number(at: MessagesStreamReader.index(body), id: id).number,
                        id: id,
                        name: block["name"]?.string,
                        arguments: input.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
                    )
                )
            )
        default: break
        }
    }

    private mutating func extendBlock(_ body: JSONValue, into pieces: inout [CompletionPiece]) {
        let delta = body["delta"] ?? .null
        switch delta["type"]?.string {
        case "text_delta":
            if let text = delta["text"]?.string, !text.isEmpty { pieces.append(.text(text)) }
        case "thinking_delta":
            if let text = delta["thinking"]?.string, !text.isEmpty { pieces.append(.reasoning(text)) }
        case "input_json_delta":
            // The provider's own tools have arguments too.
            guard toolBlocks.contains(MessagesStreamReader.index(body)), let text = delta["partial_json"]?.string,
                !text.isEmpty
            else { return }
            let number = numbers.number(at: MessagesStreamReader.index(body), id: nil).number
            pieces.append(.toolCall(ToolCallPiece(index: number, arguments: text)))
        default: break
        }
    }

    private static func index(_ body: JSONValue) -> Int { body["index"]?.int.flatMap { Int(exactly: $0) } ?? 0 }

    package func end() throws(ModelFailure) -> CompletionEnd {
        // Either word of the provider says that this was all.
        guard let finish = finish ?? (isOver ? .stop : nil) else { throw ModelFailure(.truncated) }
        return CompletionEnd(finish: finish, usage: usage, model: model)
    }
}

/// The token counts of one message, of which each event may tell some.
private struct MessagesUsage: Hashable, Sendable {
    private var input: Int?
    private var read = 0
    private var write = 0
    private var output: Int?

    mutating func take(_ usage: JSONValue?) {
        guard let usage else { return }
        input = MessagesUsage.count(usage["input_tokens"]) ?? input
        read = MessagesUsage.count(usage["cache_read_input_tokens"]) ?? read
        write = MessagesUsage.count(usage["cache_creation_input_tokens"]) ?? write
        output = MessagesUsage.count(usage["output_tokens"]) ?? output
    }

    /// `nil` before anything was told.
    var normal: ModelUsage? {
        guard let input, let output else { return nil }
        return ModelUsage(inputUncached: input, cacheRead: read, cacheWrite: write, output: output)
    }

    private static func count(_ value: JSONValue?) -> Int? {
        value?.int.flatMap { Int(exactly: $0) }.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
    }
}

extension FinishReason {
    fileprivate init(messagesWord: String) {
        switch messagesWord {
        case "max_tokens", "model_context_window_exceeded": self = .length
        case "tool_use": self = .toolCalls
        case "refusal": self = .contentFilter
        default: self = .stop
        }
    }
}
