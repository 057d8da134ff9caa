import Bus
import Chat
import LLM
import NIOCore

/// An answer as `POST /chat` streams it: `start`, `token` as often as something comes, then `done` or `error`.
struct ChatFrames: AnswerFrames {
    /// Why there is no sound, where it was asked for.
    let audio: String?
    let now: @Sendable () -> Timestamp

    private struct Start: Encodable {
        let provider: String
        let model: String
    }

    private struct Token: Encodable {
        let content: String
    }

    func begin(_ target: ModelTarget) throws -> [UInt8] {
        try event("start", Start(provider: target.provider, model: target.model))
    }

    func pieces(_ pieces: [CompletionPiece], from target: ModelTarget) throws -> [UInt8] {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let more), .refusal(let more): text += more
            // No tool was offered, and thoughts are not asked for.
            case .reasoning, .toolCall: break
            }
        }
        return text.isEmpty ? [] : try event("token", Token(content: text))
    }

    func end(_ result: ChatResult) throws -> [UInt8] {
        guard let failure = result.report.failure else {
            return try event("done", ChatReply(result, withText: false, audio: audio, at: now()))
        }
        let error =
            result.report.contributions.isEmpty
            ? APIError(noAnswer: failure)
            : APIError(.allProvidersFailed, "The answer broke off (\(failure.kind.rawValue)); you pay for what came.")
        return try event(
            "error",
            ChatFailureReply(
                error: error.code.rawValue,
                message: error.message,
                creditsCharged: result.charge?.credits ?? 0,
                creditsRemaining: result.remaining
            )
        )
    }

    private func event(_ name: String, _ value: some Encodable) throws -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + (try JSONAnswer.bytes(value)) + Array("\n\n".utf8)
    }
}
