/// A piece of an answer, as it comes.
package enum CompletionPiece: Hashable, Sendable {
    case text(String)
    /// What the model thinks before it speaks; never shown as its words.
    case reasoning(String)
    /// Why the model does not answer, in its own words.
    case refusal(String)
    case toolCall(ToolCallPiece)

    /// Whether it is something that a client pays for and sees; until then another provider can still answer.
    package var isContent: Bool {
        switch self {
        case .text(let text), .reasoning(let text), .refusal(let text): !text.isEmpty
        case .toolCall: true
        }
    }
}

/// A part of a call that the model wants to have made.
package struct ToolCallPiece: Hashable, Sendable {
    /// Which call of the answer, from 0 on and without gaps, whatever the provider numbers them.
    package let index: Int
    /// With the first piece only.
    package var id: String?
    package var name: String?
    /// A fragment of the arguments, which are JSON once they are complete.
    package var arguments = ""

    package init(index: Int, id: String? = nil, name: String? = nil, arguments: String = "") {
        self.index = index
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// Why a model has stopped.
package enum FinishReason: String, Codable, Hashable, Sendable, CaseIterable {
    /// It was done, or came to a text at which it was to stop.
    case stop
    /// It came to the limit of tokens, or to the end of what it can hold.
    case length
    /// It wants calls to be made first.
    case toolCalls = "tool_calls"
    /// Its provider or the model itself does not want to say it.
    case contentFilter = "content_filter"
}

/// How an answer that is complete has ended.
package struct CompletionEnd: Hashable, Sendable {
    package let finish: FinishReason
    /// `nil` when the provider has not told.
    package let usage: ModelUsage?
    /// What the provider calls the model that has answered.
    package let model: String?

    package init(finish: FinishReason, usage: ModelUsage?, model: String?) {
        self.finish = finish
        self.usage = usage
        self.model = model
    }
}
