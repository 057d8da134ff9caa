package import Bus
package import Domain

/// What a whole token cost in dollars, and when that was.
package struct LivePrice: Hashable, Sendable {
    package let dollars: ExactDecimal
    package let at: Timestamp

    /// One that is exactly as old is still taken.
    package static let ageMax: Duration = .seconds(300)

    package init(dollars: ExactDecimal, at: Timestamp) {
        self.dollars = dollars
        self.at = at
    }

    /// A price from the future is as wrong as one from the past.
    package func isStale(at now: Timestamp) -> Bool {
        let age = at.duration(to: now)
        return age > LivePrice.ageMax || age < .zero - LivePrice.ageMax
    }
}
