/// Why a provider has given no answer, or not all of one.
package struct ModelFailure: Error, Hashable, Sendable {
    /// What went wrong.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// No connection, or it broke before anything came.
        case unreachable
        /// One of the clocks has run out.
        case timedOut = "timed_out"
        /// The stream ended without a word about why: what came is not all.
        case truncated
        /// It says that it is done, and has said nothing.
        case empty
        /// What came is not what it should be.
        case malformed
        /// It asks us to slow down.
        case rateLimited = "rate_limited"
        /// It has too much to do: 503, 529, or Groq's 498.
        case overloaded
        /// It says that it is in trouble.
        case serverError = "server_error"
        /// Our account there has no money left, or may spend no more.
        case outOfMoney = "out_of_money"
        /// Our key is wrong, or may not do this.
        case keyRefused = "key_refused"
        /// It has no such model, or no such route any more.
        case unknownModel = "unknown_model"
        /// The request is longer than the model can hold.
        case contextTooLong = "context_too_long"
        /// It does not want to answer such a request.
        case contentRefused = "content_refused"
        /// It calls the request wrong.
        case badRequest = "bad_request"
        /// The model has made something that is not allowed, such as a call of no tool; another try may do better.
        case badOutput = "bad_output"
        case cancelled
        /// We have too many requests of our own waiting.
        case crowded
    }

    package let kind: Kind
    /// The status of the answer, where there was one.
    package var status: Int?
    /// How long the provider wants to be left alone, where it says so.
    package var retryAfter: Duration?
    /// The provider's own word on whether to try again, where it has one.
    package var shouldRetry: Bool?
    /// What happened in words; may hold text of the other side, so it is for logs only, redacted.
    package var detail: String

    package init(
        _ kind: Kind,
        status: Int? = nil,
        retryAfter: Duration? = nil,
        shouldRetry: Bool? = nil,
        detail: String = ""
    ) {
        self.kind = kind
        self.status = status
        self.retryAfter = retryAfter
        self.shouldRetry = shouldRetry
        self.detail = detail
    }

    // MARK: What follows from it

    /// Whether the same provider may be asked the same again.
    package var mayRepeat: Bool {
        switch kind {
        case .unreachable, .timedOut, .truncated, .empty, .malformed, .rateLimited, .overloaded, .serverError,
            .badOutput:
            shouldRetry ?? true
        case .outOfMoney, .keyRefused, .unknownModel, .contextTooLong, .contentRefused, .badRequest, .cancelled,
            .crowded:
            false
        }
    }

    /// Whether another provider may do better.
    package var mayGoElsewhere: Bool {
        switch kind {
        // A request that one calls wrong is wrong; and nobody waits for one that was given up.
        case .badRequest, .cancelled: false
        default: true
        }
    }

    /// Whether the provider is shut out at once, and not only after several failures.
    ///
    /// Our money and our keys do not come back by themselves.
    package var opensBreakerAtOnce: Bool {
        switch kind {
        case .outOfMoney, .keyRefused, .unknownModel: true
        default: false
        }
    }

    /// Whether it says something about the provider, and not only about the request.
    package var countsAgainstProvider: Bool {
        switch kind {
        // That there was nothing to say may lie in what was asked.
        case .contextTooLong, .contentRefused, .badRequest, .badOutput, .empty, .cancelled, .crowded: false
        default: true
        }
    }

    /// Whether it concerns all models of the provider: they share our key and our money.
    package var concernsWholeProvider: Bool { kind == .outOfMoney || kind == .keyRefused }
}

extension ModelFailure: CustomStringConvertible {
    /// Without what the other side has said.
    package var description: String { status.map { "\(kind.rawValue) (\($0))" } ?? kind.rawValue }
}
