import JSON

/// Reads the events of `/responses`, as xAI and OpenAI stream them.
///
/// An answer is a list of items: thoughts, searches, calls of our tools, messages. Its last event repeats all of it, so
/// that what was not streamed is still heard. Only that event says that it is complete; `[DONE]` does not.
package struct ResponsesStreamReader: CompletionStreamReader {
    /// Where in an answer something stands.
    private struct Place: Hashable {
        let item: Int
        var part = 0
    }

    private var numbers = ToolCallNumbers()
    private var finish: FinishReason?
    private var model: String?
    private var counted: ModelUsage?
    /// Texts that were streamed, so that nobody hears them again at their end.
    private var heard: Set<Place> = []
    private var searchItems: Set<Int> = []
    /// Those that the last event lists.
    private var searchesListed = 0
    private var hasContent = false
    private var hasCalls = false
    package private(set) var isOver = false

    package init() {}

    package var usage: ModelUsage? {
        counted.map { counted in
            var usage = counted
            usage.searches = max(usage.searches, searchItems.count, searchesListed)
            return usage
        }
    }

    package mutating func read(
        _ event: ServerSentEvent,
        into pieces: inout [CompletionPiece]
    ) throws(ModelFailure) {
        if event.isDone {
            isOver = true
            return
        }
        let body: JSONValue
        do throws(JSONSyntaxError) {
            body = try JSONValue(parsing: event.data)
        } catch {
            throw ModelFailure(.malformed, detail: "an event is no JSON: \(error)")
        }
        guard !event.isBare, event.name != "error" else { throw ProviderErrorBody(body).failure(status: nil) }
        let count = pieces.count
        try read(body, body["type"]?.string ?? event.name, into: &pieces)
        if pieces[count...].contains(where: \.isContent) { hasContent = true }
    }

    private mutating func read(
        _ body: JSONValue,
        _ type: String,
        into pieces: inout [CompletionPiece]
    ) throws(ModelFailure) {
        let item = ResponsesStreamReader.index(body["output_index"])
        let place = Place(item: item, part: ResponsesStreamReader.index(body["content_index"]))
        switch type {
        case "response.created":
            guard !hasContent else { throw ModelFailure(.truncated, detail: "the provider has begun anew") }
            self = ResponsesStreamReader()
            model = body["response"]?["model"]?.string
        case "response.output_item.added": begin(body["item"] ?? .null, at: item, into: &pieces)
        case "response.output_item.done": end(body["item"] ?? .null, at: item, into: &pieces)
        case "response.output_text.delta": add(body["delta"], at: place, into: &pieces) { .text($0) }
        case "response.output_text.done": addOnce(body["text"], at: place, into: &pieces) { .text($0) }
        case "response.refusal.delta": add(body["delta"], at: place, into: &pieces) { .refusal($0) }
        case "response.refusal.done": addOnce(body["refusal"], at: place, into: &pieces) { .refusal($0) }
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            if let text = body["delta"]?.string, !text.isEmpty { pieces.append(.reasoning(text)) }
        case "response.function_call_arguments.delta":
            guard let text = body["delta"]?.string, !text.isEmpty else { return }
            heard.insert(Place(item: item))
            pieces.append(.toolCall(ToolCallPiece(index: numbers.number(at: item, id: nil).number, arguments: text)))
        case "response.completed", "response.incomplete": close(body["response"] ?? .null, type, into: &pieces)
        case "response.failed":
            take(body["response"] ?? .null)
            throw ProviderErrorBody(["error": body["response"]?["error"] ?? .null]).failure(status: nil)
        case "error": throw ProviderErrorBody(body).failure(status: nil)
        case "": try complain(body)
        // `response.in_progress`, parts, annotations, and whatever is new.
        default: break
        }
    }

    /// An event that does not say what it is can only be a failure.
    private func complain(_ body: JSONValue) throws(ModelFailure) {
        guard !(body["error"]?.isNull ?? true) else { return }
        throw ProviderErrorBody(body).failure(status: nil)
    }

    // MARK: Texts

    private mutating func add(
        _ value: JSONValue?,
        at place: Place,
        into pieces: inout [CompletionPiece],
        _ piece: (String) -> CompletionPiece
    ) {
        guard let text = value?.string, !text.isEmpty else { return }
        heard.insert(place)
        pieces.append(piece(text))
    }

    /// A whole text, unless it was streamed.
    private mutating func addOnce(
        _ value: JSONValue?,
        at place: Place,
        into pieces: inout [CompletionPiece],
        _ piece: (String) -> CompletionPiece
    ) {
        guard !heard.contains(place) else { return }
        add(value, at: place, into: &pieces, piece)
    }

    // MARK: Items

    private mutating func begin(_ item: JSONValue, at index: Int, into pieces: inout [CompletionPiece]) {
        if ResponsesStreamReader.isSearch(item) { searchItems.insert(index) }
        guard item["type"] == "function_call" else { return }
        hasCalls = true
        let id = item["call_id"]?.string ?? item["id"]?.string
        let number = numbers.number(at: index, id: id)
        guard number.isNew else { return }
        pieces.append(.toolCall(ToolCallPiece(index: number.number, id: id, name: item["name"]?.string)))
    }

    private mutating func end(_ item: JSONValue, at index: Int, into pieces: inout [CompletionPiece]) {
        begin(item, at: index, into: &pieces)
        if item["type"] == "function_call", heard.insert(Place(item: index)).inserted,
            let arguments = item["arguments"]?.string, !arguments.isEmpty
        {
            let number = numbers.number(at: index, id: nil).number
            pieces.append(.toolCall(ToolCallPiece(index: number, arguments: arguments)))
        }
        guard item["type"] == "message" else { return }
        for (part, content) in (item["content"]?.array ?? []).enumerated() {
            let place = Place(item: index, part: part)
            switch content["type"]?.string {
            case "output_text": addOnce(content["text"], at: place, into: &pieces) { .text($0) }
            case "refusal": addOnce(content["refusal"], at: place, into: &pieces) { .refusal($0) }
            default: break
            }
        }
    }

    /// What a provider's own tools do is called `x_search_call`, `custom_tool_call` and the like.
    private static func isSearch(_ item: JSONValue) -> Bool {
        guard let type = item["type"]?.string else { return false }
        return type.hasSuffix("_call") && type != "function_call"
    }

    // MARK: Ends

    private mutating func close(_ response: JSONValue, _ type: String, into pieces: inout [CompletionPiece]) {
        take(response)
        let output = response["output"]?.array ?? []
        searchesListed = output.count(where: ResponsesStreamReader.isSearch)
        // Of what was streamed, some may be missing in the list: places in it would not be the same.
        if heard.isEmpty { for (index, item) in output.enumerated() { end(item, at: index, into: &pieces) } }
        let isWhole = type == "response.completed" && response["status"] != "incomplete"
        let isFiltered = response["incomplete_details"]?["reason"] == "content_filter"
        finish = isWhole ? (hasCalls ? .toolCalls : .stop) : isFiltered ? .contentFilter : .length
        isOver = true
    }

    private mutating func take(_ response: JSONValue) {
        model = response["model"]?.string ?? model
        counted = response["usage"].flatMap(ChatUsage.init)?.normal ?? counted
    }

    package func end() throws(ModelFailure) -> CompletionEnd {
        guard let finish else { throw ModelFailure(.truncated) }
        return CompletionEnd(finish: finish, usage: usage, model: model)
    }

    private static func index(_ value: JSONValue?) -> Int {
        value?.int.flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil } ?? 0
    }
}
