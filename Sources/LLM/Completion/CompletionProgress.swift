/// How far an answer has come.
package struct CompletionProgress: Hashable, Sendable {
    /// What is new.
    package var pieces: [CompletionPiece]
    /// What has been reported as used so far, where anything has.
    package var usage: ModelUsage?
    /// How it has ended, once the provider has said so; what has been used may still be to come.
    package var end: CompletionEnd?

    package init(_ pieces: [CompletionPiece], usage: ModelUsage? = nil, end: CompletionEnd? = nil) {
        self.pieces = pieces
        self.usage = usage
        self.end = end
    }
}
