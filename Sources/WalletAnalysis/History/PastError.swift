/// Why a source gave nothing, or not all, of a wallet's past.
package struct PastError: Error, Hashable, Sendable {
    /// What went wrong.
    package enum Code: String, Hashable, Sendable {
        /// It takes a key or an endpoint that the settings do not name.
        case notSetUp = "not_set_up"
        /// No connection, or it broke.
        case unreachable
        case timedOut = "timed_out"
        /// It asks us to slow down.
        case rateLimited = "rate_limited"
        /// It does not take the key: 401 and 403.
        case refused
        /// It is in trouble: 5xx and all other statuses.
        case unavailable
        /// Left alone for a while after failures.
        case skipped
        /// What came is no page of a history.
        case malformed
        /// The wallet has more than is read.
        case tooLong = "too_long"
        case cancelled
    }

    package let code: Code
    /// Safe to show: numbers and words of our own.
    package let detail: String

    package init(_ code: Code, _ detail: String = "") {
        self.code = code
        self.detail = detail
    }
}

extension PastError: CustomStringConvertible {
    package var description: String {
        let words = code.rawValue.replacing("_", with: " ")
        return detail.isEmpty ? words : "\(words): \(detail)"
    }
}
