package import Bus

/// One step of a run as it is recorded.
package struct StepRecord: Codable, Hashable, Sendable {
    /// From 1 on, in the order of the calls.
    package let number: Int
    package let name: String
    package let kind: StepKind
    package let state: StepState
    /// The attempt that finished it, or the one that was begun last.
    package let attempt: Int
    /// JSON.
    package let output: String?
    /// Its failed attempts, oldest first.
    package let errors: [StepError]
    /// When a wait ends, or when the next attempt may begin.
    package let dueAt: Timestamp?
    package let startedAt: Timestamp
    package let finishedAt: Timestamp?

    package init(
        number: Int,
        name: String,
        kind: StepKind,
        state: StepState,
        attempt: Int = 1,
        output: String? = nil,
        errors: [StepError] = [],
        dueAt: Timestamp? = nil,
        startedAt: Timestamp,
        finishedAt: Timestamp? = nil
    ) {
        self.number = number
        self.name = name
        self.kind = kind
        self.state = state
        self.attempt = attempt
        self.output = output
        self.errors = errors
        self.dueAt = dueAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    package var isFinished: Bool { state == .completed || state == .failed }

    /// Whether its last attempt began and nobody knows how it ended.
    var hasUnknownOutcome: Bool { state == .started && errors.last?.attempt != attempt }

    /// Attempts whose outcome is unknown are made again, under the same number.
    var nextAttempt: Int { state == .registered || hasUnknownOutcome ? attempt : attempt + 1 }
}

/// What a step is.
package enum StepKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Runs something.
    case step
    case timer
    case signal
    case approval
    /// Another job that is waited for.
    case child
    /// The time, an id, or chance.
    case value
    /// A mark that new code was there when the run came by.
    case patch
    /// Undoes something; runs only when the run is cancelled or fails.
    case compensation
}

/// Where a step stands.
package enum StepState: String, Codable, Hashable, Sendable, CaseIterable {
    /// A compensation that has not been needed so far.
    case registered
    case started
    case completed
    case failed
}

/// One failed attempt of a step.
package struct StepError: Codable, Hashable, Sendable {
    package let attempt: Int
    package let at: Timestamp
    package let reason: StepFailure.Reason
    /// At most 500 bytes.
    package let message: String

    package init(attempt: Int, at: Timestamp, reason: StepFailure.Reason, message: String) {
        self.attempt = attempt
        self.at = at
        self.reason = reason
        self.message = message
    }
}
