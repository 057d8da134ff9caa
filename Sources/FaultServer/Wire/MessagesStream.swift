import JSON

/// The events of Anthropic's `/v1/messages`.
struct MessagesStream: ModelStream {
    /// A block of an answer: pieces of one kind in a row.
    fileprivate enum Block: Hashable {
        case thinking
        case text
        case tool(Int)
    }

    private let call: ModelCall

    init(_ call: ModelCall) { self.call = call }

    private func event(
        _ role: StreamBody.Role,
        _ name: String,
        _ body: inout StreamBody,
        _ rest: (_ bytes: inout [UInt8]) -> Void = { _ in }
    ) {
        body.append(role) { bytes in
            bytes.append("event: ")
            bytes.append(name)
            bytes.append("\ndata: {\"type\":\"")
            bytes.append(name)
            bytes.append("\"")
            rest(&bytes)
            bytes.append("}\n\n")
        }
    }

    /// Tells usage as it is before anything has been said.
    func open(_ answer: ModelAnswer, _ body: inout StreamBody) {
        event(.frame, "message_start", &body) { bytes in
            bytes.append(#","message":{"model":"#)
            JSONText.write(call.model, to: &bytes)
            bytes.append(#","id":"\#(call.id("msg_"))","type":"message","role":"assistant","content":[],"#)
            bytes.append(#""stop_reason":null,"stop_sequence":null"#)
            if let usage = answer.usage(inputWords: call.inputWords) {
                bytes.append(#","usage":\#(usage.messagesText(output: 1))"#)
            }
            bytes.append("}")
        }
    }

    // MARK: Content

    func write(contentsOf answer: ModelAnswer, to body: inout StreamBody) {
        var open: Block?
        var index = -1
        for piece in answer.pieces {
            let block = Block(piece)
            if block != open {
                if open != nil { end(index, .frame, &body) }
                index += 1
                begin(block, index, answer, piece, &body)
                // As real ones do.
                if open == nil { event(.frame, "ping", &body) }
                open = block
            }
            write(piece, index, answer, &body)
        }
        if open != nil { end(index, .closing, &body) }
    }

    private func begin(
        _ block: Block,
        _ index: Int,
        _ answer: ModelAnswer,
        _ piece: ModelAnswer.Piece,
        _ body: inout StreamBody
    ) {
        // The event that names a tool is content, unless its arguments come right behind it.
        let role: StreamBody.Role = if case .tool = piece { .content } else { .frame }
        event(role, "content_block_start", &body) { bytes in
            bytes.append(#","index":\#(index),"content_block":"#)
            switch block {
            case .thinking: bytes.append(#"{"type":"thinking","thinking":"","signature":""}"#)
            case .text: bytes.append(#"{"type":"text","text":""}"#)
            case .tool(let tool):
                bytes.append(#"{"type":"tool_use","id":"\#(call.toolID("toolu_", tool))","name":"#)
                JSONText.write(answer.tools[tool].name, to: &bytes)
                bytes.append(#","input":{}}"#)
            }
        }
    }

    private func write(_ piece: ModelAnswer.Piece, _ index: Int, _ answer: ModelAnswer, _ body: inout StreamBody) {
        switch piece {
        case .reasoning(let text): delta("thinking_delta", "thinking", text, index, &body)
        case .text(let text): delta("text_delta", "text", text, index, &body)
        // Its block says it.
        case .tool: break
        case .arguments(_, let text): delta("input_json_delta", "partial_json", text, index, &body)
        case .wholeTool(let tool):
            delta("input_json_delta", "partial_json", EncodedText(answer.tools[tool].arguments), index, &body)
        }
    }

    private func delta(_ type: String, _ name: String, _ text: EncodedText, _ index: Int, _ body: inout StreamBody) {
        event(.content, "content_block_delta", &body) { bytes in
            bytes.append(#","index":\#(index),"delta":{"type":""#)
            bytes.append(type)
            bytes.append(#"",""#)
            bytes.append(name)
            bytes.append(#"":""#)
            bytes.append(contentsOf: text.bytes)
            bytes.append(#""}"#)
        }
    }

    private func end(_ index: Int, _ role: StreamBody.Role, _ body: inout StreamBody) {
        event(role, "content_block_stop", &body) { $0.append(#","index":\#(index)"#) }
    }

    // MARK: Ends

    func close(_ answer: ModelAnswer, _ body: inout StreamBody) {
        event(.closing, "message_delta", &body) { bytes in
            bytes.append(#","delta":{"stop_reason":"\#(answer.finish.messagesWord)","stop_sequence":null}"#)
            if let usage = answer.usage(inputWords: call.inputWords) {
                bytes.append(#","usage":\#(usage.messagesText(output: usage.output))"#)
            }
        }
        event(.closing, "message_stop", &body)
    }

    func writeBroken(to body: inout StreamBody) {
        body.append(.fault) { bytes in
            bytes.append(
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"ty\n\n"
            )
        }
    }

    /// It always has its name here.
    func write(error: [UInt8], isNamed: Bool, to body: inout StreamBody) {
        body.append(.fault) { bytes in
            bytes.append("event: error\ndata: ")
            bytes.append(contentsOf: error)
            bytes.append("\n\n")
        }
    }
}

extension MessagesStream.Block {
    fileprivate init(_ piece: ModelAnswer.Piece) {
        switch piece {
        case .reasoning: self = .thinking
        case .text: self = .text
        case .tool(let tool), .wholeTool(let tool), .arguments(let tool, _): self = .tool(tool)
        }
    }
}

extension ModelAnswer.Finish {
    /// As Anthropic says it.
    var messagesWord: String {
        switch self {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter: "refusal"
        }
    }
}

extension ModelAnswer.Usage {
    /// As Anthropic tells it: what was cached stands beside the input.
    ///
    /// - Parameter output: so far.
    /// - Returns: the JSON text.
    func messagesText(output: Int) -> String {
        """
        {"input_tokens":\(max(0, input - cached)),"cache_creation_input_tokens":0,\
        "cache_read_input_tokens":\(cached),"output_tokens":\(output),"service_tier":"standard"}
        """
    }
}
