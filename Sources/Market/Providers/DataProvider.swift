package import Bus

/// What every provider has, whatever it tells.
package protocol DataProvider: Sendable {
    /// What stands as the source of what it tells.
    var name: String { get }
    /// How much it may be asked; `nil` where nobody counts.
    var allowance: WeightAllowance? { get }
    /// Why it cannot be asked at all as it is set up, such as for want of a key; `nil` when it can.
    var obstacle: String? { get }
}

extension DataProvider {
    package var allowance: WeightAllowance? { nil }
    package var obstacle: String? { nil }
}

/// Asks for something of which there may be many.
package struct ListQuery: Hashable, Sendable {
    /// How many at most.
    package let count: Int
    /// The time of asking.
    package let now: Timestamp
    /// How long the answer may take.
    package let limit: Duration

    package static let countMax = 250

    /// A question; a count outside of 1 to 250 is moved into it.
    package init(count: Int, now: Timestamp, limit: Duration) {
        self.count = min(max(1, count), ListQuery.countMax)
        self.now = now
        self.limit = limit
    }
}
