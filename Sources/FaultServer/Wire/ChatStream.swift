import JSON

/// The chunks of `/v1/chat/completions`.
struct ChatStream: ModelStream {
    private let call: ModelCall
    /// Of every chunk, up to its choices.
    private let head: [UInt8]
    /// Of every chunk with a piece of the answer, up to what its `delta` holds.
    private let start: [UInt8]
    private let end: [UInt8]

    init(_ call: ModelCall) {
        self.call = call
        var head = Array(#"data: {"id":""#.utf8)
        head.append(call.id("chatcmpl-"))
        head.append(#"","object":"chat.completion.chunk","created":\#(call.created),"model":"#)
        JSONText.write(call.model, to: &head)
        head.append(#","service_tier":"default","system_fingerprint":"fp_fault","choices":["#)
        self.head = head
        start = head + Array(#"{"index":0,"delta":{"#.utf8)
        end = Array((#"},"logprobs":null,"finish_reason":null}]"# + ChatStream.tail(call)).utf8)
    }

    private static func tail(_ call: ModelCall) -> String { (call.wantsUsage ? #","usage":null}"# : "}") + "\n\n" }

    func open(_ answer: ModelAnswer, _ body: inout StreamBody) {
        chunk(.frame, &body) { $0.append(#""role":"assistant","content":"","refusal":null"#) }
    }

    private func chunk(_ role: StreamBody.Role, _ body: inout StreamBody, _ delta: (_ bytes: inout [UInt8]) -> Void) {
        body.append(role) { bytes in
            bytes.append(contentsOf: start)
            delta(&bytes)
            bytes.append(contentsOf: end)
        }
    }

    func write(contentsOf answer: ModelAnswer, to body: inout StreamBody) {
        for piece in answer.pieces {
            chunk(.content, &body) { bytes in
                switch piece {
                case .reasoning(let text): ChatStream.write("reasoning_content", text, &bytes)
                case .text(let text): ChatStream.write("content", text, &bytes)
                case .tool(let index): beginTool(index, answer.tools[index].name, arguments: "", &bytes)
                case .wholeTool(let index):
                    beginTool(index, answer.tools[index].name, arguments: answer.tools[index].arguments, &bytes)
                case .arguments(let index, let text):
                    bytes.append(#""tool_calls":[{"index":\#(index),"function":{"arguments":""#)
                    bytes.append(contentsOf: text.bytes)
                    bytes.append(#""}}]"#)
                }
            }
        }
    }

    private static func write(_ name: String, _ text: EncodedText, _ bytes: inout [UInt8]) {
        bytes.append("\"")
        bytes.append(name)
        bytes.append("\":\"")
        bytes.append(contentsOf: text.bytes)
        bytes.append("\"")
    }

    private func beginTool(_ index: Int, _ name: String, arguments: String, _ bytes: inout [UInt8]) {
        bytes.append(#""tool_calls":[{"index":\#(index),"id":"\#(call.toolID("call_", index))","type":"function","#)
        bytes.append(#""function":{"name":"#)
        JSONText.write(name, to: &bytes)
        bytes.append(#","arguments":"#)
        JSONText.write(arguments, to: &bytes)
        bytes.append("}}]")
    }

    func close(_ answer: ModelAnswer, _ body: inout StreamBody) {
        body.append(.closing) { bytes in
            bytes.append(contentsOf: start)
            bytes.append(#"},"logprobs":null,"finish_reason":"\#(answer.finish.rawValue)"}]"#)
            bytes.append(ChatStream.tail(call))
        }
        if call.wantsUsage, let usage = answer.usage(inputWords: call.inputWords) {
            body.append(.closing) { bytes in
                bytes.append(contentsOf: head)
                bytes.append(#"],"usage":"#)
                bytes.append(usage.chatText)
                bytes.append("}\n\n")
            }
        }
        body.append(.closing) { $0.append("data: [DONE]\n\n") }
    }

    func writeBroken(to body: inout StreamBody) {
        body.append(.fault) { bytes in
            bytes.append(contentsOf: start)
            bytes.append("\"conte\n\n")
        }
    }

    func write(error: [UInt8], isNamed: Bool, to body: inout StreamBody) {
        body.append(.fault) { bytes in
            if isNamed { bytes.append("event: error\n") }
            bytes.append("data: ")
            bytes.append(contentsOf: error)
            bytes.append("\n\n")
        }
    }
}

extension ModelAnswer.Usage {
    /// As OpenAI tells it.
    var chatText: String {
        """
        {"prompt_tokens":\(input),"completion_tokens":\(output),"total_tokens":\(input + output),\
        "prompt_tokens_details":{"cached_tokens":\(cached),"audio_tokens":0},\
        "completion_tokens_details":{"reasoning_tokens":\(reasoning),"audio_tokens":0,\
        "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}\(ticksText)}
        """
    }

    /// As xAI tells it, with a comma before it; nothing where it is not told.
    var ticksText: String { ticks.map { #","cost_in_usd_ticks":\#($0)"# } ?? "" }
}
