package import LLM

/// Something measured that an answer may use.
package struct ChatFact: Hashable, Sendable {
    /// One line, with its source and its age.
    package let text: String

    package init(_ text: String) { self.text = text }
}

/// What a model is told before somebody's question.
package enum ChatPrompt {
    /// The station's rules, from the file `chat.txt`.
    package static let rules = String(decoding: PackageResources.chat_txt, as: UTF8.self)

    /// - Parameters:
    ///   - facts: what is known.
    ///   - history: the turns before, the oldest first.
    ///   - message: what somebody asks.
    /// - Returns: the conversation as a model gets it.
    package static func messages(
        facts: [ChatFact],
        history: [ModelMessage],
        message: String
    ) -> [ModelMessage] {
        let known = facts.isEmpty ? "There are no facts now." : facts.map { "- \($0.text)" }.joined(separator: "\n")
        return [ModelMessage(.system, "\(rules)\nFacts:\n\(known)")] + history + [ModelMessage(.user, message)]
    }
}
