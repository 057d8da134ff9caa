package import JSON

/// What a model is asked, in no provider's words.
package struct ModelRequest: Hashable, Sendable {
    package var messages: [ModelMessage]
    /// The most tokens of the answer, what the model thinks included.
    package var outputTokensMax: Int
    /// Left out for models that take none.
    package var temperature: Double?
    package var topP: Double?
    /// Texts at which the answer ends; at most four.
    package var stops: [String] = []
    package var tools: [ModelTool] = []
    package var toolChoice: ToolChoice = .automatic
    package var form: AnswerForm = .text
    package var effort: Effort?
    /// What is looked for first; only providers that search are asked then.
    package var search: XSearch?

    package init(_ messages: [ModelMessage], outputTokensMax: Int) {
        self.messages = messages
        self.outputTokensMax = outputTokensMax
    }

    /// Whether the model has to call a tool.
    package enum ToolChoice: Hashable, Sendable {
        case automatic, never, always
        case named(String)
    }

    /// What the answer has to look like.
    package enum AnswerForm: Hashable, Sendable {
        case text
        case json
        /// JSON after a JSON Schema.
        case schema(name: String, JSONValue)
    }

    /// How long a model may think.
    package enum Effort: String, Codable, Hashable, Sendable, CaseIterable {
        case low, medium, high
    }
}

/// One message of a conversation.
package struct ModelMessage: Hashable, Sendable {
    package enum Role: String, Codable, Hashable, Sendable, CaseIterable {
        /// Whoever runs the station.
        case system
        case user
        case assistant
        /// What a tool that was called has said.
        case tool
    }

    package enum Part: Hashable, Sendable {
        case text(String)
        /// An image in Base64, with its media type.
        case image(type: String, base64: String)
    }

    package var role: Role
    package var parts: [Part]
    /// What the assistant wanted to have called.
    package var toolCalls: [Completion.ToolCall] = []
    /// Which call a tool's message answers.
    package var toolCallID: String?

    package init(_ role: Role, _ parts: [Part]) {
        self.role = role
        self.parts = parts
    }

    package init(_ role: Role, _ text: String) { self.init(role, [.text(text)]) }

    /// Its words, without images.
    package var text: String {
        parts.map { part in if case .text(let text) = part { text } else { "" } }.joined()
    }
}

/// A tool that a model may want to have called.
package struct ModelTool: Hashable, Sendable {
    package let name: String
    package let description: String
    /// A JSON Schema of an object.
    package let parameters: JSONValue

    package init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}
