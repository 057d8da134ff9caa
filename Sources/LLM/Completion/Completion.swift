/// An answer, put together from its pieces.
package struct Completion: Hashable, Sendable {
    /// A call that the model wants to have made.
    package struct ToolCall: Hashable, Sendable {
        package var id = ""
        package var name = ""
        /// JSON, or nothing for a tool without arguments.
        package var arguments = ""

        package init(id: String = "", name: String = "", arguments: String = "") {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    package private(set) var text = ""
    package private(set) var reasoning = ""
    package private(set) var refusal = ""
    package private(set) var toolCalls: [ToolCall] = []

    package init() {}

    package init(_ pieces: some Sequence<CompletionPiece>) {
        for piece in pieces { append(piece) }
    }

    package mutating func append(_ piece: CompletionPiece) {
        switch piece {
        case .text(let more): text += more
        case .reasoning(let more): reasoning += more
        case .refusal(let more): refusal += more
        case .toolCall(let more):
            while toolCalls.count <= more.index { toolCalls.append(ToolCall()) }
            if let id = more.id { toolCalls[more.index].id = id }
            if let name = more.name { toolCalls[more.index].name = name }
            toolCalls[more.index].arguments += more.arguments
        }
    }

    package var isEmpty: Bool { text.isEmpty && reasoning.isEmpty && refusal.isEmpty && toolCalls.isEmpty }
}
