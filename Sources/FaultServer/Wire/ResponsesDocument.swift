import JSON

/// The whole answer of `/v1/responses`, which is also what the last event of its stream holds.
struct ResponsesDocument {
    let call: ModelCall
    let answer: ModelAnswer

    /// `completed` or `incomplete`.
    var status: String {
        switch answer.finish {
        case .stop, .toolCalls: "completed"
        case .length, .contentFilter: "incomplete"
        }
    }

    var bytes: [UInt8] {
        var bytes = head(status)
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append(contentsOf: item)
        }
        bytes.append("]")
        if status == "incomplete" {
            let reason = answer.finish == .length ? "max_output_tokens" : "content_filter"
            bytes.append(#","incomplete_details":{"reason":"\#(reason)"}"#)
        }
        if let usage = answer.usage(inputWords: call.inputWords) {
            bytes.append(#","usage":\#(usage.responsesText(searches: call.wantsSearch ? 1 : 0))"#)
        }
        bytes.append("}")
        return bytes
    }

    /// As it is before anything has been said.
    var opening: [UInt8] { head("in_progress") + Array(#"],"usage":null}"#.utf8) }

    /// That X was searched.
    var search: [UInt8] {
        Array(
            #"{"type":"x_search_call","id":"\#(call.id("xs_"))","status":"completed","action":{"type":"search"}}"#.utf8
        )
    }

    /// Up to its items.
    private func head(_ status: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(#"{"id":"\#(call.id("resp_"))","object":"response","created_at":\#(call.created),"model":"#)
        JSONText.write(call.model, to: &bytes)
        bytes.append(#","status":"\#(status)","output":["#)
        return bytes
    }

    private var items: [[UInt8]] {
        var items = call.wantsSearch ? [search] : []
        let (reasoning, text) = (answer.reasoning, answer.text)
        if !reasoning.isEmpty {
            let start = #"{"type":"reasoning","id":"\#(call.id("rs_"))","summary":[{"type":"summary_text","text":""#
            items.append(Array(start.utf8) + reasoning.bytes + Array(#""}]}"#.utf8))
        }
        if !text.isEmpty {
            let start =
                #"{"type":"message","id":"\#(call.id("msg_"))","status":"completed","role":"assistant","content":["#
                + #"{"type":"output_text","annotations":[],"text":""#
            items.append(Array(start.utf8) + text.bytes + Array(#""}]}"#.utf8))
        }
        for (index, tool) in answer.tools.enumerated() {
            var item: [UInt8] = []
            write(tool, index, arguments: tool.arguments, &item)
            items.append(item)
        }
        return items
    }

    func write(_ tool: ModelAnswer.Tool, _ index: Int, arguments: String, _ bytes: inout [UInt8]) {
        bytes.append(#"{"type":"function_call","id":"\#(call.toolID("fc_", index))","#)
        bytes.append(#""call_id":"\#(call.toolID("call_", index))","name":"#)
        JSONText.write(tool.name, to: &bytes)
        bytes.append(#","arguments":"#)
        JSONText.write(arguments, to: &bytes)
        bytes.append("}")
    }
}

extension ModelAnswer.Usage {
    /// As xAI tells it, with how often it has searched.
    fileprivate func responsesText(searches: Int) -> String {
        """
        {"input_tokens":\(input),"input_tokens_details":{"cached_tokens":\(cached)},"output_tokens":\(output),\
        "output_tokens_details":{"reasoning_tokens":\(reasoning)},"total_tokens":\(input + output),\
        "num_sources_used":0,"num_server_side_tools_used":\(searches)\(ticksText)}
        """
    }
}
