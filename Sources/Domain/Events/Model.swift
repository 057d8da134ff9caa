package import Bus

/// A call of a language model came to its end, whichever way.
package struct ModelCallCompleted: DataEvent, DocumentedEvent {
    package static let topic: Topic = "llm.call.completed"
    package static let summary = "A call of a language model came to its end, whichever way."
    /// What it was for, such as `chat` or `host`.
    package let task: String
    /// `complete`, `broken_off`, `nobody` or `refused`.
    package let outcome: String
    /// Who has given to the answer, as `provider/model`; several where one went on from another.
    package let answeredBy: [String]
    /// Whoever was asked or passed over without an answer, as `provider/model`.
    package let passedOver: [String]
    /// Why it is not complete, such as `timed_out`; absent for one that is.
    package let failure: String?
    package let inputTokens: Int
    package let outputTokens: Int
    /// What it has cost us, in 1e-10 USD, by the provider's word or by its prices.
    package let costTicks: Int64
    /// Until the first content; absent where there was none.
    package let firstContentMilliseconds: Double?
    package let milliseconds: Double

    package init(
        task: String,
        outcome: String,
        answeredBy: [String],
        passedOver: [String],
        failure: String?,
        inputTokens: Int,
        outputTokens: Int,
        costTicks: Int64,
        firstContentMilliseconds: Double?,
        milliseconds: Double
    ) {
        self.task = task
        self.outcome = outcome
        self.answeredBy = answeredBy
        self.passedOver = passedOver
        self.failure = failure
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.costTicks = costTicks
        self.firstContentMilliseconds = firstContentMilliseconds
        self.milliseconds = milliseconds
    }
}

/// A model fails too often, or our key or money at its provider is gone: it is left alone for a while.
package struct ModelBreakerOpened: DataEvent, DocumentedEvent {
    package static let topic: Topic = "llm.breaker.opened"
    package static let summary = "A language model is left alone for a while, because it fails."
    /// As `provider/model`.
    package let target: String
    /// The failure that was one too many, such as `unreachable` or `out_of_money`.
    package let reason: String
    package let seconds: Double

    package init(target: String, reason: String, seconds: Double) {
        self.target = target
        self.reason = reason
        self.seconds = seconds
    }
}

/// A model that was left alone answers again.
package struct ModelBreakerClosed: DataEvent, DocumentedEvent {
    package static let topic: Topic = "llm.breaker.closed"
    package static let summary = "A language model that was left alone answers again."
    /// As `provider/model`.
    package let target: String

    package init(target: String) { self.target = target }
}
