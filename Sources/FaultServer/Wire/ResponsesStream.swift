import JSON

/// The events of `/v1/responses`.
struct ResponsesStream: ModelStream {
    /// An item of an answer: pieces of one kind in a row.
    fileprivate enum Item: Hashable {
        case reasoning
        case message
        case tool(Int)
    }

    private let call: ModelCall

    init(_ call: ModelCall) { self.call = call }

    private func event(
        _ role: StreamBody.Role,
        _ name: String,
        _ body: inout StreamBody,
        _ rest: (_ bytes: inout [UInt8]) -> Void
    ) {
        let number = body.events.count
        body.append(role) { bytes in
            bytes.append("event: ")
            bytes.append(name)
            bytes.append("\ndata: {\"type\":\"")
            bytes.append(name)
            bytes.append("\",\"sequence_number\":\(number)")
            rest(&bytes)
            bytes.append("}\n\n")
        }
    }

    private var document: ResponsesDocument { ResponsesDocument(call: call, answer: ModelAnswer()) }

    func open(_ answer: ModelAnswer, _ body: inout StreamBody) {
        for name in ["response.created", "response.in_progress"] {
            event(.frame, name, &body) { bytes in
                bytes.append(#","response":"#)
                bytes.append(contentsOf: document.opening)
            }
        }
        guard call.wantsSearch else { return }
        for name in ["response.output_item.added", "response.output_item.done"] {
            event(.frame, name, &body) { bytes in
                bytes.append(#","output_index":0,"item":"#)
                bytes.append(contentsOf: document.search)
            }
        }
    }

    // MARK: Content

    func write(contentsOf answer: ModelAnswer, to body: inout StreamBody) {
        var open: Item?
        var index = call.wantsSearch ? 0 : -1
        for piece in answer.pieces {
            let item = Item(piece)
            if item != open {
                index += 1
                open = item
                begin(item, index, answer, piece, &body)
            }
            write(piece, index, answer, &body)
        }
    }

    private func begin(
        _ item: Item,
        _ index: Int,
        _ answer: ModelAnswer,
        _ piece: ModelAnswer.Piece,
        _ body: inout StreamBody
    ) {
        // The event that names a tool is content, unless its arguments come right behind it.
        let role: StreamBody.Role = if case .tool = piece { .content } else { .frame }
        event(role, "response.output_item.added", &body) { bytes in
            bytes.append(#","output_index":\#(index),"item":"#)
            switch item {
            case .reasoning:
                bytes.append(#"{"type":"reasoning","id":"\#(call.id("rs_"))","status":"in_progress","summary":[]}"#)
            case .message:
                bytes.append(#"{"type":"message","id":"\#(call.id("msg_"))","status":"in_progress","#)
                bytes.append(#""role":"assistant","content":[]}"#)
            case .tool(let tool): document.write(answer.tools[tool], tool, arguments: "", &bytes)
            }
        }
        guard item == .message else { return }
        event(.frame, "response.content_part.added", &body) { bytes in
            bytes.append(#","output_index":\#(index),"content_index":0,"#)
            bytes.append(#""part":{"type":"output_text","text":"","annotations":[]}"#)
        }
    }

    private func write(_ piece: ModelAnswer.Piece, _ index: Int, _ answer: ModelAnswer, _ body: inout StreamBody) {
        switch piece {
        case .reasoning(let text):
            delta("response.reasoning_summary_text.delta", #""summary_index":0"#, text, index, &body)
        case .text(let text): delta("response.output_text.delta", #""content_index":0"#, text, index, &body)
        // Its item says it.
        case .tool: break
        case .arguments(let tool, let text): arguments(tool, text, index, &body)
        case .wholeTool(let tool): arguments(tool, EncodedText(answer.tools[tool].arguments), index, &body)
        }
    }

    private func arguments(_ tool: Int, _ text: EncodedText, _ index: Int, _ body: inout StreamBody) {
        delta(
            "response.function_call_arguments.delta",
            #""item_id":"\#(call.toolID("fc_", tool))""#,
            text,
            index,
            &body
        )
    }

    private func delta(_ name: String, _ place: String, _ text: EncodedText, _ index: Int, _ body: inout StreamBody) {
        event(.content, name, &body) { bytes in
            bytes.append(#","output_index":\#(index),\#(place),"delta":""#)
            bytes.append(contentsOf: text.bytes)
            bytes.append("\"")
        }
    }

    // MARK: Ends

    /// What has been said is repeated by the last event.
    func close(_ answer: ModelAnswer, _ body: inout StreamBody) {
        let document = ResponsesDocument(call: call, answer: answer)
        event(.closing, "response.\(document.status)", &body) { bytes in
            bytes.append(#","response":"#)
            bytes.append(contentsOf: document.bytes)
        }
    }

    func writeBroken(to body: inout StreamBody) {
        body.append(.fault) { bytes in
            bytes.append("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"del\n\n")
        }
    }

    /// An error is an event of its own, or the end of the answer.
    func write(error: [UInt8], isNamed: Bool, to body: inout StreamBody) {
        guard !isNamed else {
            return body.append(.fault) { bytes in
                bytes.append("event: error\ndata: ")
                bytes.append(contentsOf: error)
                bytes.append("\n\n")
            }
        }
        event(.fault, "response.failed", &body) { bytes in
            bytes.append(#","response":{"id":"\#(call.id("resp_"))","object":"response","status":"failed","error":"#)
            bytes.append(contentsOf: error)
            bytes.append("}")
        }
    }
}

extension ResponsesStream.Item {
    fileprivate init(_ piece: ModelAnswer.Piece) {
        self =
            switch piece {
            case .reasoning: .reasoning
            case .text: .message
            case .tool(let index), .arguments(let index, _), .wholeTool(let index): .tool(index)
            }
    }
}
