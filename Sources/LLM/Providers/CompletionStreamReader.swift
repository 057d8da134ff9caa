/// Makes pieces of an answer of a provider's events: a plain value, one for each answer.
///
/// It never takes an answer for complete that is not: without a reason for its end, or a word of the provider that it is
/// over, whatever came is truncated.
package protocol CompletionStreamReader: Sendable {
    /// - Parameters:
    ///   - event: the next one.
    ///   - pieces: where the pieces go; none for events that say nothing that anybody waits for.
    /// - Throws: `ModelFailure` when the provider reports one, or the event is nonsense.
    mutating func read(_ event: ServerSentEvent, into pieces: inout [CompletionPiece]) throws(ModelFailure)

    /// Whether nothing more is to come, though the connection may still be open.
    var isOver: Bool { get }

    /// The stream has ended.
    ///
    /// - Throws: `ModelFailure` with `.truncated` when the answer is not complete.
    func end() throws(ModelFailure) -> CompletionEnd

    /// What has been reported as used so far; for answers that break off.
    var usage: ModelUsage? { get }
}

extension CompletionStreamReader {
    /// How the answer has ended; `nil` while it has not.
    var endIfComplete: CompletionEnd? {
        do throws(ModelFailure) {
            return try end()
        } catch {
            return nil
        }
    }
}
