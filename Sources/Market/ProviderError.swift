/// Why a provider gave no answer that can be used.
package struct ProviderError: Error, Hashable, Sendable {
    package let code: Code
    /// What happened in words; may hold text of the other side, so it is for `debugDescription` only.
    package let detail: String
    /// How long the provider wants to be left alone, where it says so.
    package let retryAfter: Duration?

    package init(_ code: Code, _ detail: String = "", retryAfter: Duration? = nil) {
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
    }

    /// Another provider that was asked later has answered first.
    static let overtaken = ProviderError(.timedOut, "another one answered first")

    /// What went wrong.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// No connection, or it broke.
        package static let unreachable = Code(rawValue: "unreachable")
        package static let timedOut = Code(rawValue: "timed_out")
        /// It asks us to slow down.
        package static let rateLimited = Code(rawValue: "rate_limited")
        /// It has shut us out for a while.
        package static let banned = Code(rawValue: "banned")
        /// We keep away by ourselves, because our allowance is nearly used up.
        package static let overBudget = Code(rawValue: "over_budget")
        /// It does not serve us, here or at all: 401, 403, 451.
        package static let refused = Code(rawValue: "refused")
        /// It says that it is in trouble: 5xx.
        package static let unavailable = Code(rawValue: "unavailable")
        /// It does not know the pair, or not the interval.
        package static let unknownMarket = Code(rawValue: "unknown_market")
        /// It calls the request wrong.
        package static let rejected = Code(rawValue: "rejected")
        /// What came is not what it should be: a web page, other fields, nonsense.
        package static let malformed = Code(rawValue: "malformed")
        /// What came is too old, or from the future.
        package static let outdated = Code(rawValue: "outdated")
        /// It cannot be asked as it is set up, such as for want of a key; the detail is ours.
        package static let notSetUp = Code(rawValue: "not_set_up")
        /// Our own settings forbid asking it.
        package static let notAllowed = Code(rawValue: "not_allowed")
        package static let cancelled = Code(rawValue: "cancelled")
    }

    /// Whether the same question may be answered later.
    package var disposition: Disposition {
        switch code {
        case .unknownMarket, .rejected, .notSetUp, .notAllowed, .cancelled: .fail
        default: .retry
        }
    }

    package enum Disposition: Hashable, Sendable {
        case retry
        case fail
    }

    /// Whether it says something about the provider, and not only about the question.
    var countsAgainstProvider: Bool {
        switch code {
        case .unknownMarket, .cancelled, .overBudget, .notSetUp: false
        default: true
        }
    }

    /// Whether the same question may well be answered a moment later.
    var mayPassSoon: Bool {
        switch code {
        case .unreachable, .timedOut, .unavailable: retryAfter == nil
        default: false
        }
    }

    /// Whether to leave the provider alone at once, without waiting for more failures.
    package var closesAtOnce: Bool { code == .rateLimited || code == .banned || retryAfter != nil }
}

extension ProviderError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Safe to log and to show: the code in words.
    package var description: String {
        let words = code.rawValue.split(separator: "_").joined(separator: " ")
        return code == .notSetUp && !detail.isEmpty ? "\(words): \(detail)" : words
    }
    package var debugDescription: String {
        detail.isEmpty || code == .notSetUp ? description : "\(description): \(detail)"
    }
}
