/// A value with the name of who told it.
package struct Sourced<Value: Sendable>: Sendable {
    package let value: Value
    package let source: String
    /// What happened to those that should have been asked first, in order.
    package let passedOver: [Attempt]

    package init(_ value: Value, source: String, passedOver: [Attempt] = []) {
        self.value = value
        self.source = source
        self.passedOver = passedOver
    }

    /// Whether the first choice did not answer.
    package var isFallback: Bool { !passedOver.isEmpty }
}

/// One provider that gave nothing.
package struct Attempt: Hashable, Sendable {
    package let provider: String
    package let error: ProviderError
    /// Whether it was asked at all, or left alone.
    package let wasAsked: Bool

    package init(provider: String, error: ProviderError, wasAsked: Bool) {
        self.provider = provider
        self.error = error
        self.wasAsked = wasAsked
    }
}

/// Nobody in the chain answered.
package struct NoSourceError: Error, Sendable, CustomStringConvertible {
    package let attempts: [Attempt]
    /// How long until asking again may help; `nil` when it may at any time.
    package let retryAfter: Duration?
    /// Whether the question was given up, so that its failure says nothing about the providers.
    package let wasCancelled: Bool

    package init(attempts: [Attempt], retryAfter: Duration?, wasCancelled: Bool) {
        self.attempts = attempts
        self.retryAfter = retryAfter
        self.wasCancelled = wasCancelled
    }

    /// Such as `no provider answers (binance unreachable, kraken timed out)`; safe to show.
    package var description: String {
        guard !attempts.isEmpty else { return "no provider was asked in time" }
        let list = attempts.map { "\($0.provider) \($0.error)" }.joined(separator: ", ")
        return "no provider answers (\(list))"
    }
}
