package import Bus

/// A calendar month, in UTC.
package struct CreditMonth: Hashable, Sendable, CustomStringConvertible {
    /// Such as `2026-11`.
    package let description: String

    /// The one that a moment is in.
    package init(of time: Timestamp) {
        // The first seven characters of a time are its year and its month.
        description = String("\(time)".prefix(7))
    }

    /// Under which the ledger gives its credits, once.
    package var cause: String { "month:\(description)" }
}
