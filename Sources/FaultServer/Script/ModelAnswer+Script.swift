import JSON

extension ModelAnswer {
    /// - Parameters:
    ///   - fields: of a behaviour.
    ///   - isEmpty: whether it says nothing at all.
    /// - Throws: `ScriptError` for the first field that is wrong.
    init(_ fields: ScriptFields, isEmpty: Bool = false) throws(ScriptError) {
        tellsUsage = !(try fields.flag("no_usage") ?? false)
        if let value = fields["usage"] { usage = try Usage(value, path: fields.path(of: "usage")) }
        if !isEmpty { try addPieces(fields) }
        finish = try fields.choice("finish") ?? (tools.isEmpty ? .stop : .toolCalls)
    }

    private mutating func addPieces(_ fields: ScriptFields) throws(ScriptError) {
        let events = try fields.count("events", in: 0...ModelAnswer.eventsMax)
        let reasoningEvents = try fields.count("reasoning_events", in: 1...ModelAnswer.eventsMax) ?? 4
        if let reasoning = try fields.text("reasoning") {
            addPieces(TextPieces.split(reasoning, into: reasoningEvents)) { .reasoning($0) }
        }
        if let text = try fields.text("text") {
            if events == 0, !text.isEmpty { throw fields.error("events", "is 0, but there is a text") }
            addPieces(TextPieces.split(text, into: events ?? ModelAnswer.eventsDefault)) { .text($0) }
        } else if let count = events ?? (fields["tool"] == nil ? ModelAnswer.eventsDefault : nil) {
            addPieces(TextPieces.generated(count)) { .text($0) }
        }
        guard let value = fields["tool"] else { return }
        guard let list = value.array else { return try addTool(value, path: fields.path(of: "tool")) }
        for (index, element) in list.enumerated() {
            try addTool(element, path: "\(fields.path(of: "tool"))[\(index)]")
        }
    }

    private static let eventsDefault = 31

    private mutating func addPieces(_ texts: [String], _ piece: (_ text: EncodedText) -> Piece) {
        for text in texts { pieces.append(piece(EncodedText(text))) }
    }

    private mutating func addTool(_ json: JSONValue, path: String) throws(ScriptError) {
        let fields = try ScriptFields(json, path: path)
        try fields.allow(only: ["name", "arguments", "fragments"])
        guard let name = try fields.text("name") else { throw fields.error("name", "is missing") }
        let arguments = fields["arguments"].map { $0.string ?? $0.description } ?? "{}"
        let fragments = try fields.count("fragments", in: 0...ModelAnswer.eventsMax) ?? 4
        add(Tool(name: name, arguments: arguments), fragments: fragments)
    }

    /// - Parameters:
    ///   - tool: to be called.
    ///   - fragments: in how many parts its arguments come, behind the event that names it; 0 for all in that event.
    mutating func add(_ tool: Tool, fragments: Int) {
        let index = tools.count
        tools.append(tool)
        guard fragments > 0 else { return pieces.append(.wholeTool(index)) }
        pieces.append(.tool(index))
        addPieces(TextPieces.split(tool.arguments, into: fragments)) { .arguments(tool: index, $0) }
    }
}

extension ModelAnswer.Usage {
    fileprivate init(_ json: JSONValue, path: String) throws(ScriptError) {
        let fields = try ScriptFields(json, path: path)
        try fields.allow(only: ["input", "output", "cached", "reasoning", "ticks"])
        let range = 0...1_000_000_000
        guard let input = try fields.count("input", in: range) else { throw fields.error("input", "is missing") }
        guard let output = try fields.count("output", in: range) else { throw fields.error("output", "is missing") }
        self.init(
            input: input,
            output: output,
            cached: try fields.count("cached", in: range) ?? 0,
            reasoning: try fields.count("reasoning", in: range) ?? 0,
            ticks: try fields.count("ticks", in: 0...1_000_000_000_000_000)
        )
    }
}
