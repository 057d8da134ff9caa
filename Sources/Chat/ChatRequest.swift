package import Bus
package import LLM

/// What somebody asks, and pays for.
package struct ChatRequest: Sendable {
    /// It is charged once.
    package let id: String
    package let user: UUIDv7
    package let task: ModelTask
    /// Whether a rise of prices reaches who asks some time later.
    package var isSubscriber = false
    /// Whom to ask, in this order; those of the task without.
    package var rungs: [ModelRung]?
    package var model: ModelRequest
    /// Whether another model may go on from where one has broken off.
    package var allowsContinuation = false
    /// Whether the answer is wanted as a whole; then half of one is thrown away, and another model is asked.
    package var isWhole = false
    /// Whether what the model thinks is handed on.
    package var forwardsReasoning = false
    /// Whether whoever asks is told what is left in the account.
    package var tellsBalance = true
    /// Whether the answer may be one that was given before; `nil` for never.
    package var reuse: ChatReuse?

    package init(id: String, user: UUIDv7, task: ModelTask, model: ModelRequest) {
        self.id = id
        self.user = user
        self.task = task
        self.model = model
    }
}

/// What a call may cost.
package struct ChatEstimate: Hashable, Sendable {
    /// The model that is asked first.
    package let model: String
    package let provider: String
    package let inputTokens: Int
    package let outputTokensMax: Int
    /// The most that is charged, whoever answers.
    package let credits: Int64
}

/// Why a call is not made.
package enum ChatError: Error, Hashable, Sendable {
    /// No model can be asked; the words say why.
    case noModel(String)
    /// It might cost more than any single call may.
    case capExceeded(credits: Int64, cap: Int64)
    /// As many are under way as may be.
    case busy
    /// Nobody makes calls now: the station stops.
    case stopped
    case insufficient(available: Int64, required: Int64)
    /// The account has spent too much in a short time; an operator has to look at it first.
    case spendingPaused
    /// The same request has been paid for, or is under way.
    case alreadyUsed
    /// The credits cannot be looked at now.
    case storeAway
}
