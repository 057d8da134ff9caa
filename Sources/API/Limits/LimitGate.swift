package import HTTPTypes
package import Identity

/// Where every request passes: looks up its limits, counts it, and says what to tell its caller.
package struct LimitGate: Sendable {
    /// What became of a request.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case admitted
        /// Nothing limits it.
        case unlimited
        /// Too many in a time.
        case refused
        /// Too many at once.
        case crowded
    }

    private let policy: @Sendable () -> LimitPolicy
    private let rates: RateLimiter
    private let slots: ConcurrencyLimiter
    private let local: LocalLimiter
    private let onPass: @Sendable (LimitClass, Outcome) -> Void

    /// - Parameters:
    ///   - policy: the limits of the moment.
    ///   - rates: counts what is asked for.
    ///   - slots: counts what is under way.
    ///   - local: counts what needs no store.
    ///   - onPass: told of every request.
    package init(
        policy: @escaping @Sendable () -> LimitPolicy,
        rates: RateLimiter,
        slots: ConcurrencyLimiter,
        local: LocalLimiter = LocalLimiter(),
        onPass: @escaping @Sendable (LimitClass, Outcome) -> Void = { _, _ in }
    ) {
        self.policy = policy
        self.rates = rates
        self.slots = slots
        self.local = local
        self.onPass = onPass
    }

    /// Lets a request in, or says why not.
    ///
    /// A request whose credential was refused passes as nobody's.
    /// - Parameters:
    ///   - limit: the route's class.
    ///   - principal: who it acts for.
    ///   - address: the client's, as `ClientAddress` finds it.
    /// - Returns: the pass; its slot is to be left when the answer is out.
    package func enter(_ limit: LimitClass, _ principal: Principal?, address: IPAddress?) async -> LimitPass {
        let policy = policy()
        let subject = policy.subject(limit, principal, address: address)
        let rules = policy.rules(limit, principal)
        let verdict =
            if limit == .operations { local.admit(subject, rules) } else { await rates.admit(subject, rules) }
        guard verdict.isAdmitted else {
            onPass(limit, .refused)
            return LimitPass(verdict)
        }
        guard let most = policy.atOnce(limit, principal) else {
            onPass(limit, verdict.isUnlimited ? .unlimited : .admitted)
            return LimitPass(verdict)
        }
        guard let slot = await slots.enter(subject, limit.rawValue, limit: most) else {
            onPass(limit, .crowded)
            return LimitPass(LimitGate.crowded(limit, most))
        }
        onPass(limit, .admitted)
        return LimitPass(verdict, slot: slot)
    }

    /// Lets an attempt to log in to an account in, after `enter` has for its address; the account need not exist.
    package func enter(account: String) async -> LimitPass {
        let verdict = await rates.admit(.account(account), policy().accountRules)
        onPass(.logIn, verdict.isAdmitted ? .admitted : .refused)
        return LimitPass(verdict)
    }

    /// How many symbols one request for data may name; `nil` for any number.
    package func symbolsMax(_ principal: Principal?) -> Int? { policy().symbolsMax(principal) }

    private static func crowded(_ limit: LimitClass, _ most: Int) -> LimitVerdict {
        // When one of them ends is not known; asking every second is no burden.
        LimitVerdict(
            isAdmitted: false,
            limit: most,
            remaining: 0,
            resetSeconds: 1,
            retryAfterSeconds: 1,
            rule: "\(limit.rawValue)-at-once"
        )
    }
}

/// How a request passed the limits.
package struct LimitPass: Sendable {
    package let verdict: LimitVerdict
    /// For the answer, whatever it is.
    package let headers: HTTPFields
    /// Its place among those under way, where their number is limited.
    package let slot: ConcurrencySlot?

    init(_ verdict: LimitVerdict, slot: ConcurrencySlot? = nil) {
        self.verdict = verdict
        headers = LimitHeaders(verdict).fields
        self.slot = slot
    }

    /// What the body of a 429 says beside the fields of every error; `nil` when the request is admitted.
    package var refusal: LimitRefusal? { verdict.isAdmitted ? nil : LimitRefusal(verdict) }
}
