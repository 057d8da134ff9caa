/// A row that was left out, and why.
package struct RefusedRow: Hashable, Sendable {
    /// The number of the line in CSV, of the entry in JSON; from 1.
    package let number: Int
    package let reason: String

    package init(number: Int, reason: String) {
        self.number = number
        self.reason = reason
    }
}
