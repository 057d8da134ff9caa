/// So many in so long: one rule of how much a subject may ask for.
package struct LimitRule: Hashable, Sendable {
    /// What it is called in answers and metrics, such as `public-minute`; of a closed set.
    package let name: String
    /// The most in any stretch of `window`.
    package let count: Int
    /// A second or more.
    package let window: Duration

    /// - Precondition: `count` is not negative and `window` is a second at least.
    package init(_ name: String, count: Int, window: Duration) {
        precondition(count >= 0 && window >= .seconds(1), "a limit of \(count) in \(window)")
        self.name = name
        self.count = count
        self.window = window
    }
}
