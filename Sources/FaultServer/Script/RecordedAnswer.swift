import JSON

/// Puts the events of a recorded stream together again, whichever provider it is from.
struct RecordedAnswer {
    private(set) var answer = ModelAnswer()
    private var reasoning = ""
    private var text = ""
    private var tools: [(name: String, arguments: String)] = []
    /// In `tools`, by the index in the stream.
    private var toolPlaces: [Int64: Int] = [:]
    private var input = 0
    private var cached = 0

    /// - Parameter bytes: of the stream; what is no event in them is passed over.
    init(_ bytes: [UInt8]) {
        answer.tellsUsage = false
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) where line.starts(with: "data:".utf8) {
            do throws(JSONSyntaxError) {
                read(try JSONValue(parsing: line.dropFirst(5), depthMax: RequestBody.depthMax))
            } catch {
                // `[DONE]`, or a line that is broken on purpose.
                continue
            }
        }
        if !reasoning.isEmpty { answer.pieces.append(.reasoning(EncodedText(reasoning))) }
        if !text.isEmpty { answer.pieces.append(.text(EncodedText(text))) }
        for tool in tools {
            let arguments = tool.arguments.isEmpty ? "{}" : tool.arguments
            answer.add(ModelAnswer.Tool(name: tool.name, arguments: arguments), fragments: 0)
        }
    }

    private mutating func read(_ event: JSONValue) {
        if let choice = event["choices"]?[0] { readChoice(choice) }
        if let usage = event["usage"], event["type"] == nil { readChatUsage(usage) }
        switch event["type"]?.string {
        case "message_start": readMessagesUsage(event["message"]?["usage"] ?? .null)
        case "content_block_start": readBlock(event)
        case "content_block_delta": readBlockDelta(event)
        case "message_delta":
            readMessagesUsage(event["usage"] ?? .null)
            switch event["delta"]?["stop_reason"]?.string {
            case "max_tokens": answer.finish = .length
            case "tool_use": answer.finish = .toolCalls
            case "refusal": answer.finish = .contentFilter
            default: break
            }
        case "response.output_text.delta": text += event["delta"]?.string ?? ""
        case "response.reasoning_summary_text.delta": reasoning += event["delta"]?.string ?? ""
        case "response.completed", "response.incomplete":
            readResponsesUsage(event["response"]?["usage"] ?? .null)
            if event["type"] == "response.incomplete" { answer.finish = .length }
        default: break
        }
    }

    // MARK: Chat

    private mutating func readChoice(_ choice: JSONValue) {
        let delta = choice["delta"] ?? .null
        reasoning += (delta["reasoning_content"] ?? delta["reasoning"])?.string ?? ""
        text += delta["content"]?.string ?? ""
        for call in delta["tool_calls"]?.array ?? [] {
            let index = call["index"]?.int ?? 0
            if let name = call["function"]?["name"]?.string { begin(tool: name, at: index) }
            extend(at: index, by: call["function"]?["arguments"]?.string)
        }
        if let finish = choice["finish_reason"]?.string.flatMap(ModelAnswer.Finish.init) { answer.finish = finish }
    }

    private mutating func readChatUsage(_ usage: JSONValue) {
        guard let input = count(usage["prompt_tokens"]), let output = count(usage["completion_tokens"]) else { return }
        answer.tellsUsage = true
        answer.usage = ModelAnswer.Usage(
            input: input,
            output: output,
            cached: count(usage["prompt_tokens_details"]?["cached_tokens"]) ?? 0,
            reasoning: count(usage["completion_tokens_details"]?["reasoning_tokens"]) ?? 0
        )
    }

    // MARK: Messages

    private mutating func readBlock(_ event: JSONValue) {
        let block = event["content_block"] ?? .null
        guard block["type"] == "tool_use", let name = block["name"]?.string else { return }
        begin(tool: name, at: event["index"]?.int ?? 0)
    }

    private mutating func readBlockDelta(_ event: JSONValue) {
        let delta = event["delta"] ?? .null
        reasoning += delta["thinking"]?.string ?? ""
        text += delta["text"]?.string ?? ""
        extend(at: event["index"]?.int ?? 0, by: delta["partial_json"]?.string)
    }

    private mutating func readMessagesUsage(_ usage: JSONValue) {
        input = count(usage["input_tokens"]) ?? input
        cached = count(usage["cache_read_input_tokens"]) ?? cached
        guard let output = count(usage["output_tokens"]) else { return }
        answer.tellsUsage = true
        answer.usage = ModelAnswer.Usage(input: input + cached, output: output, cached: cached)
    }

    // MARK: Responses

    private mutating func readResponsesUsage(_ usage: JSONValue) {
        guard let input = count(usage["input_tokens"]), let output = count(usage["output_tokens"]) else { return }
        answer.tellsUsage = true
        answer.usage = ModelAnswer.Usage(
            input: input,
            output: output,
            cached: count(usage["input_tokens_details"]?["cached_tokens"]) ?? 0,
            reasoning: count(usage["output_tokens_details"]?["reasoning_tokens"]) ?? 0,
            ticks: usage["cost_in_usd_ticks"]?.int.flatMap { Int(exactly: $0) }
        )
    }

    // MARK: All

    private mutating func begin(tool name: String, at index: Int64) {
        toolPlaces[index] = tools.count
        tools.append((name, ""))
    }

    private mutating func extend(at index: Int64, by arguments: String?) {
        guard let arguments, let place = toolPlaces[index] else { return }
        tools[place].arguments += arguments
    }

    private func count(_ value: JSONValue?) -> Int? {
        value?.int.flatMap { Int(exactly: $0) }.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
    }
}
