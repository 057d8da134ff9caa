package import HTTPTypes

/// What answers say about limits: `X-RateLimit-*` on all that a rule applies to, `Retry-After` on those it refuses.
package struct LimitHeaders: Hashable, Sendable {
    package let fields: HTTPFields

    package init(_ verdict: LimitVerdict) {
        var fields = HTTPFields()
        if !verdict.isUnlimited {
            fields[.rateLimitLimit] = "\(verdict.limit)"
            fields[.rateLimitRemaining] = "\(verdict.remaining)"
            fields[.rateLimitReset] = "\(verdict.resetSeconds)"
        }
        if let seconds = verdict.retryAfterSeconds { fields[.retryAfter] = "\(seconds)" }
        self.fields = fields
    }
}

/// What a 429's body says beside the fields that every error has.
package struct LimitRefusal: Codable, Hashable, Sendable {
    /// What the rule allows in its window, or at once.
    package let limit: Int
    /// Seconds after which it is worth asking again.
    package let retryAfter: Int

    enum CodingKeys: String, CodingKey {
        case limit
        case retryAfter = "retry_after"
    }

    package init(_ verdict: LimitVerdict) {
        limit = verdict.limit
        retryAfter = verdict.retryAfterSeconds ?? 1
    }
}
