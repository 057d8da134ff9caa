/// How often and how long a step may try.
package struct StepPolicy: Sendable {
    /// What to do when an attempt broke off and nobody knows whether it had its effect.
    package enum Repeating: Hashable, Sendable {
        /// Try again. Effects outside the database happen once only if the far side honours the idempotency key.
        case whenUnknown
        /// Never: the step fails with `.outcomeUnknown`. Its start is recorded before it begins, and it has one attempt.
        case never
    }

    package var attemptsMax = 3
    package var retry = RetryPolicy(base: .seconds(1), factor: 2, cap: .seconds(60))
    /// For one attempt.
    package var timeout: Duration = .seconds(600)
    package var repeating = Repeating.whenUnknown
    /// Says of the errors of this step which cannot be helped by trying again.
    package var isPermanent: @Sendable (any Error) -> Bool = { _ in false }

    package init() {}

    /// Three attempts of at most ten minutes, a second and then two apart.
    package static let standard = StepPolicy()
    /// For what may not be done twice.
    package static let once = StepPolicy(repeating: .never)

    package init(
        attemptsMax: Int = 3,
        timeout: Duration = .seconds(600),
        retry: RetryPolicy = RetryPolicy(base: .seconds(1), factor: 2, cap: .seconds(60)),
        repeating: Repeating = .whenUnknown,
        isPermanent: @escaping @Sendable (any Error) -> Bool = { _ in false }
    ) {
        self.attemptsMax = max(1, attemptsMax)
        self.timeout = timeout
        self.retry = retry
        self.repeating = repeating
        self.isPermanent = isPermanent
    }

    package enum Verdict: Hashable, Sendable {
        case retry(after: Duration, reason: StepFailure.Reason, isAttemptUsed: Bool)
        case fail(StepFailure.Reason)
    }

    /// The most failures that are kept of a step; one that was asked to wait this often has failed.
    static let errorCountMax = 50

    /// What follows a failed attempt.
    ///
    /// - Parameters:
    ///   - error: what it threw.
    ///   - attempt: its number, from 1 on.
    ///   - failures: how many there were before it.
    ///   - random: 0 to 1, spreads those that failed together.
    package func verdict(on error: any Error, attempt: Int, failures: Int, random: Double) -> Verdict {
        let reason: StepFailure.Reason = error is StepTimeout ? .timedOut : .failed
        guard !isHopeless(error) else { return .fail(.permanent) }
        guard repeating == .whenUnknown, failures + 1 < StepPolicy.errorCountMax else { return .fail(reason) }
        if let error = error as? JobError, case .throttled(let delay) = error.kind {
            return .retry(after: delay, reason: .throttled, isAttemptUsed: false)
        }
        guard attempt < attemptsMax else { return .fail(reason) }
        return .retry(after: retry.delay(afterAttempt: attempt, random: random), reason: reason, isAttemptUsed: true)
    }

    private func isHopeless(_ error: any Error) -> Bool {
        if let error = error as? JobError { return error.kind == .permanent }
        return error is FlowValueError || (error as? any PermanentFailure)?.isPermanent == true || isPermanent(error)
    }
}

/// An error that knows whether trying again could help.
package protocol PermanentFailure: Error {
    var isPermanent: Bool { get }
}

/// An attempt took longer than its step allows.
package struct StepTimeout: Error, Hashable, Sendable, CustomStringConvertible {
    package let limit: Duration

    package var description: String { "not done within \(limit)" }
}
