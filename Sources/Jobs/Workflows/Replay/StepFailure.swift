/// A step has failed for good: what the workflow's code sees, the first time and at every replay.
package struct StepFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    package enum Reason: String, Codable, Hashable, Sendable, CaseIterable {
        /// Its attempts are used up.
        case failed
        /// Trying again could not help.
        case permanent
        /// It took too long, or what it waited for did not come in time.
        case timedOut = "timed_out"
        /// It may not be repeated, and a former attempt of it broke off.
        case outcomeUnknown = "outcome_unknown"
        /// The far side asked to wait.
        case throttled
    }

    package let number: Int
    package let step: String
    package let attempts: Int
    package let reason: Reason
    package let message: String

    package init(number: Int, step: String, attempts: Int, reason: Reason, message: String) {
        self.number = number
        self.step = step
        self.attempts = attempts
        self.reason = reason
        self.message = message
    }

    /// What a failed step's record says.
    init(_ record: StepRecord) {
        self.init(
            number: record.number,
            step: record.name,
            attempts: record.attempt,
            reason: record.errors.last?.reason ?? .failed,
            message: record.errors.last?.message ?? ""
        )
    }

    package var description: String { "step \(number) '\(step)' (attempt \(attempts)): \(message)" }
}
