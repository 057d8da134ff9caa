import JSON

/// The whole answer of `/v1/chat/completions`.
struct ChatDocument {
    let call: ModelCall
    let answer: ModelAnswer

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(
            #"{"id":"\#(call.id("chatcmpl-"))","object":"chat.completion","created":\#(call.created),"model":"#
        )
        JSONText.write(call.model, to: &bytes)
        bytes.append(#","choices":[{"index":0,"message":{"role":"assistant","content":"#)
        writeContent(&bytes)
        bytes.append(#","refusal":null"#)
        if !answer.reasoning.isEmpty {
            bytes.append(#","reasoning_content":""#)
            bytes.append(contentsOf: answer.reasoning.bytes)
            bytes.append("\"")
        }
        if !answer.tools.isEmpty { writeTools(&bytes) }
        bytes.append(#"},"logprobs":null,"finish_reason":"\#(answer.finish.rawValue)"}]"#)
        if let usage = answer.usage(inputWords: call.inputWords) { bytes.append(#","usage":\#(usage.chatText)"#) }
        bytes.append(#","service_tier":"default","system_fingerprint":"fp_fault"}"#)
        return bytes
    }

    private func writeContent(_ bytes: inout [UInt8]) {
        let text = answer.text
        guard !text.isEmpty || answer.tools.isEmpty else { return bytes.append("null") }
        bytes.append("\"")
        bytes.append(contentsOf: text.bytes)
        bytes.append("\"")
    }

    private func writeTools(_ bytes: inout [UInt8]) {
        bytes.append(#","tool_calls":["#)
        for (index, tool) in answer.tools.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append(#"{"id":"\#(call.toolID("call_", index))","type":"function","function":{"name":"#)
            JSONText.write(tool.name, to: &bytes)
            bytes.append(#","arguments":"#)
            JSONText.write(tool.arguments, to: &bytes)
            bytes.append("}}")
        }
        bytes.append("]")
    }
}
