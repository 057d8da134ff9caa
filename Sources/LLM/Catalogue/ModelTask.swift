/// What a model is asked for: it decides whom to ask first.
package enum ModelTask: String, Codable, Hashable, Sendable, CaseIterable {
    /// Talk with somebody.
    case chat
    /// Work that wants tools, numbers or depth.
    case tools
    /// Why something is as it is.
    case explain
    /// Stories, jingles, whatever is made up on purpose.
    case creative
    /// Judging whether something is true, or what it means.
    case scoring
    /// What a host says on the air: soon rather than well.
    case host
    /// What is talked about elsewhere, searched for in the background.
    case trends

    /// The task that the words of a message ask for.
    ///
    /// - Parameter message: what somebody has written, in English.
    /// - Returns: `.tools`, `.explain`, or `.chat` for everything else.
    package static func chatTask(of message: String) -> ModelTask {
        let words = message.lowercased().split { !$0.isLetter && !$0.isNumber }
        if words.contains("tools") || words.contains("calculate") || has(words, "analyze", "deeply") { return .tools }
        return has(words, "explain", "why") ? .explain : .chat
    }

    private static func has(_ words: [Substring], _ first: Substring, _ second: Substring) -> Bool {
        zip(words, words.dropFirst()).contains { $0 == first && $1 == second }
    }
}
