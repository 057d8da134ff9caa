/// Why a chain gave no answer that can be used.
package struct ChainError: Error, Hashable, Sendable {
    package let code: Code
    /// What happened in words; may hold text of the other side, so it is for `debugDescription` only.
    package let detail: String
    /// How long the endpoint wants to be left alone, where it says so.
    package let retryAfter: Duration?

    package init(_ code: Code, _ detail: String = "", retryAfter: Duration? = nil) {
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
    }

    /// What went wrong.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// No endpoint is configured for this chain.
        package static let notSetUp = Code(rawValue: "not_set_up")
        /// No connection, or it broke.
        package static let unreachable = Code(rawValue: "unreachable")
        package static let timedOut = Code(rawValue: "timed_out")
        /// It asks us to slow down.
        package static let rateLimited = Code(rawValue: "rate_limited")
        /// Left alone for a while after failures, or not asked because its pace is used up.
        package static let skipped = Code(rawValue: "skipped")
        /// It has not seen the slot or block that is asked for.
        package static let behind = Code(rawValue: "behind")
        /// It says that it is in trouble, or does not serve us: 5xx, 401, 403.
        package static let unavailable = Code(rawValue: "unavailable")
        /// It calls the request wrong; another endpoint would, too.
        package static let rejected = Code(rawValue: "rejected")
        /// A transaction was tried out before it was sent, and failed.
        package static let preflight = Code(rawValue: "preflight")
        /// A contract has refused the call.
        package static let reverted = Code(rawValue: "reverted")
        /// What came is not what it should be.
        package static let malformed = Code(rawValue: "malformed")
        /// Two endpoints have told different things of the same state, or one has told an impossible slot.
        package static let disputed = Code(rawValue: "disputed")
        /// It is of another chain than the one that is set up.
        package static let otherChain = Code(rawValue: "other_chain")
        /// Fewer endpoints have answered than have to agree.
        package static let noQuorum = Code(rawValue: "no_quorum")
        package static let cancelled = Code(rawValue: "cancelled")
    }

    /// Whether another endpoint may answer the same question.
    var mayAnotherAnswer: Bool {
        switch code {
        case .rejected, .preflight, .reverted, .cancelled, .notSetUp: false
        default: true
        }
    }

    /// Whether it says something about the endpoint, and not only about the question.
    var countsAgainstEndpoint: Bool {
        switch code {
        case .rejected, .preflight, .reverted, .cancelled, .skipped: false
        default: true
        }
    }
}

extension ChainError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Safe to log and to show: the code in words.
    package var description: String { code.rawValue.replacing("_", with: " ") }
    package var debugDescription: String { detail.isEmpty ? description : "\(description): \(detail)" }
}
