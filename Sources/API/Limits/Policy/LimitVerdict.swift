/// Whether a request is admitted, and what its caller is told about the limit.
package struct LimitVerdict: Hashable, Sendable {
    package let isAdmitted: Bool
    /// What the rule allows in its window.
    package let limit: Int
    /// What is left of it.
    package let remaining: Int
    /// Seconds until some of it comes back, rounded up; 0 when nothing is used.
    package let resetSeconds: Int
    /// Seconds after which it is worth asking again, rounded up; only for what is refused.
    package let retryAfterSeconds: Int?
    /// The rule that it is about.
    package let rule: String
    /// Whether it was made without the store, because that does not answer.
    package var isLocal = false

    package init(
        isAdmitted: Bool,
        limit: Int,
        remaining: Int,
        resetSeconds: Int,
        retryAfterSeconds: Int?,
        rule: String
    ) {
        self.isAdmitted = isAdmitted
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
        self.retryAfterSeconds = retryAfterSeconds
        self.rule = rule
    }

    /// No rule applies.
    package static let unlimited = LimitVerdict(
        isAdmitted: true,
        limit: .max,
        remaining: .max,
        resetSeconds: 0,
        retryAfterSeconds: nil,
        rule: ""
    )

    package var isUnlimited: Bool { rule.isEmpty }

    /// The same with another time to wait.
    func waiting(_ wait: Duration) -> LimitVerdict {
        let seconds = max(1, wait.secondsUp)
        return LimitVerdict(
            isAdmitted: isAdmitted,
            limit: limit,
            remaining: remaining,
            resetSeconds: seconds,
            retryAfterSeconds: seconds,
            rule: rule
        )
    }

    func madeLocally() -> LimitVerdict {
        var copy = self
        copy.isLocal = true
        return copy
    }
}
