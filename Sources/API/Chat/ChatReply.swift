import Bus
import Chat
import LLM

/// What `POST /chat` answers when it does not stream, and what its stream ends with.
struct ChatReply: Codable, Sendable {
    struct Usage: Codable, Sendable {
        let inputTokens: Int
        let outputTokens: Int
        let totalTokens: Int

        enum CodingKeys: String, CodingKey {
            case inputTokens = "input_tokens"
            case outputTokens = "output_tokens"
            case totalTokens = "total_tokens"
        }

        init(_ charge: ChatCharge?) {
            inputTokens = charge?.inputTokens ?? 0
            outputTokens = charge?.outputTokens ?? 0
            totalTokens = inputTokens + outputTokens
        }
    }

    struct Metadata: Codable, Sendable {
        let latencyMS: Int
        /// What the provider calls the model that answered.
        let modelVersion: String
        let timestamp: Timestamp
        /// `stop`, `length`, `tool_calls` or `content_filter`.
        let finish: String?
        /// Models that went on from where the one before had broken off; absent when there was one only.
        let continuedBy: [String]?
        /// Those that were asked or passed over before, as `provider/model`.
        let passedOver: [String]?
        /// Why there is no sound, where it was asked for.
        let audio: String?
        /// Whether the same was answered before, and for how many seconds the answer has been known.
        let cached: Bool?
        let ageSeconds: Int?

        enum CodingKeys: String, CodingKey {
            case latencyMS = "latency_ms"
            case modelVersion = "model_version"
            case timestamp, finish, audio, cached
            case ageSeconds = "age_seconds"
            case continuedBy = "continued_by"
            case passedOver = "passed_over"
        }
    }

    let provider: String
    /// All of the answer; left out where it has been streamed.
    let text: String?
    let usage: Usage
    let creditsCharged: Int64
    /// Absent when it could not be written down; then nothing was charged.
    let creditsRemaining: Int64?
    let audioURL: String?
    let metadata: Metadata

    enum CodingKeys: String, CodingKey {
        case provider, text, usage, metadata
        case creditsCharged = "credits_charged"
        case creditsRemaining = "credits_remaining"
        case audioURL = "audio_url"
    }

    init(_ result: ChatResult, withText: Bool, audio: String?, at now: Timestamp) {
        let by = result.report.contributions
        provider = by.first?.target.provider ?? ""
        text = withText ? result.report.content.spoken : nil
        usage = Usage(result.charge)
        creditsCharged = result.charge?.credits ?? 0
        creditsRemaining = result.remaining
        audioURL = nil
        var end: CompletionEnd?
        if case .complete(let found, _) = result.report.outcome { end = found }
        metadata = Metadata(
            latencyMS: Int((result.report.took / .milliseconds(1)).rounded()),
            modelVersion: end?.model ?? by.last?.target.model ?? "",
            timestamp: now,
            finish: end?.finish.rawValue,
            continuedBy: by.count > 1 ? by.dropFirst().map(\.target.description) : nil,
            passedOver: result.report.attempts.isEmpty ? nil : result.report.attempts.map(\.target.description),
            audio: audio,
            cached: result.age == nil ? nil : true,
            ageSeconds: result.age.map { Int($0 / .seconds(1)) }
        )
    }
}

/// The last event of a stream that did not come to its end.
struct ChatFailureReply: Codable, Sendable {
    let error: String
    let message: String
    let creditsCharged: Int64
    let creditsRemaining: Int64?

    enum CodingKeys: String, CodingKey {
        case error, message
        case creditsCharged = "credits_charged"
        case creditsRemaining = "credits_remaining"
    }
}

extension Completion {
    /// What is shown: what the model says, or why it does not.
    var spoken: String { text.isEmpty ? refusal : text }
}

extension APIError {
    init(_ error: ChatError) {
        switch error {
        case .noModel(let why):
            self.init(.unavailable, "No language model can be asked: \(why).")
        case .capExceeded(let credits, let cap):
            self.init(
                .priceCapExceeded,
                "It may cost \(credits) credits, and a single call may cost \(cap); ask for less."
            )
        case .busy:
            self.init(.unavailable, "As many answers are under way as may be; come again in a moment.")
            retryAfterSeconds = 2
        case .stopped:
            self.init(.unavailable, "The station makes no calls now; come again in a moment.")
            retryAfterSeconds = 2
        case .insufficient(let available, let required):
            self.init(.insufficientCredits, "It may cost \(required) credits, and there are \(available).")
            credits = CreditShortage(balance: available, required: required)
        case .spendingPaused:
            self.init(
                .spendingPaused,
                "The account has spent a lot in a short time; it may spend again once an operator has looked at it."
            )
        case .alreadyUsed:
            self.init(.conflict, "A request with this id has been paid for, or is under way.")
        case .storeAway:
            self.init(.unavailable, "Credits cannot be looked at now; nothing was charged.")
            retryAfterSeconds = 5
        }
    }

    /// Why there is no answer, where nothing of one was delivered.
    init(noAnswer failure: ModelFailure?) {
        switch failure?.kind {
        case .contextTooLong?: self.init(.tooLarge, "The conversation is longer than any model takes.")
        case .badRequest?: self.init(.badRequest, "The models call the request wrong.")
        case .contentRefused?: self.init(.badRequest, "The models do not want to answer that.")
        default:
            self.init(
                .allProvidersFailed,
                "No language model has answered; nothing was charged. Try again in a moment."
            )
            retryAfterSeconds = 5
        }
    }
}
