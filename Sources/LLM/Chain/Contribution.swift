/// What one target has given to an answer: what there is to be paid for.
package struct Contribution: Hashable, Sendable {
    package let target: ModelTarget
    /// What it has reported as used; `nil` where it has not said.
    package var usage: ModelUsage?
    /// Whether that is its last word: its answer has come to its end.
    package var isFinal = false
    /// How much of it was handed on, in bytes of UTF-8.
    package var deliveredBytes = 0

    package init(_ target: ModelTarget) { self.target = target }

    /// What is charged for: what was reported, or, for an answer that broke off, what was delivered of it.
    ///
    /// - Parameter inputEstimate: the tokens of the request, for a provider that has not counted them.
    /// - Returns: tokens.
    package func billed(inputEstimate: Int) -> (input: Int, output: Int) {
        let delivered = TokenEstimate.tokens(bytes: deliveredBytes)
        guard let usage else { return (inputEstimate, delivered) }
        // An answer that broke off reports a placeholder, if anything.
        return (usage.input > 0 ? usage.input : inputEstimate, isFinal ? usage.output : delivered)
    }
}

/// How many tokens a text has, roughly: a quarter of its bytes, which is about right for English and too much for little.
package enum TokenEstimate {
    package static func tokens(bytes: Int) -> Int { (max(0, bytes) + 3) / 4 }
    package static func tokens(_ text: String) -> Int { tokens(bytes: text.utf8.count) }
}

extension CompletionPiece {
    /// What it adds to an answer, in bytes of UTF-8.
    var byteCount: Int {
        switch self {
        case .text(let text), .reasoning(let text), .refusal(let text): text.utf8.count
        case .toolCall(let piece): piece.arguments.utf8.count + (piece.name?.utf8.count ?? 0)
        }
    }
}
