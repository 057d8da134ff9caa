import JSON

/// The whole answer of Anthropic's `/v1/messages`.
struct MessagesDocument {
    let call: ModelCall
    let answer: ModelAnswer

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(#"{"model":"#)
        JSONText.write(call.model, to: &bytes)
        bytes.append(#","id":"\#(call.id("msg_"))","type":"message","role":"assistant","content":["#)
        for (index, block) in blocks.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append(contentsOf: block)
        }
        bytes.append(#"],"stop_reason":"\#(answer.finish.messagesWord)","stop_sequence":null"#)
        if let usage = answer.usage(inputWords: call.inputWords) {
            bytes.append(#","usage":\#(usage.messagesText(output: usage.output))"#)
        }
        bytes.append("}")
        return bytes
    }

    private var blocks: [[UInt8]] {
        var blocks: [[UInt8]] = []
        let (reasoning, text) = (answer.reasoning, answer.text)
        if !reasoning.isEmpty {
            let start = Array(#"{"type":"thinking","thinking":""#.utf8)
            blocks.append(start + reasoning.bytes + Array(#"","signature":""}"#.utf8))
        }
        if !text.isEmpty {
            blocks.append(Array(#"{"type":"text","text":""#.utf8) + text.bytes + Array(#""}"#.utf8))
        }
        for (index, tool) in answer.tools.enumerated() {
            blocks.append(
                JSONValue.object([
                    "type": "tool_use", "id": .string(call.toolID("toolu_", index)), "name": .string(tool.name),
                    "input": MessagesDocument.input(tool.arguments),
                ]).bytes
            )
        }
        return blocks
    }

    /// Anthropic's models have said an object, or nothing.
    private static func input(_ arguments: String) -> JSONValue {
        do throws(JSONSyntaxError) {
            let input = try JSONValue(parsing: arguments.utf8, depthMax: RequestBody.depthMax)
            return input.object == nil ? [:] : input
        } catch {
            return [:]
        }
    }
}
