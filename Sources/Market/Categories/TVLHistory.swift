package import Bus
package import Domain

/// The value locked on one chain or on all, day by day.
package struct TVLHistory: Hashable, Sendable {
    /// `nil` for all chains together.
    package let chain: String?
    /// Whole days, oldest first.
    package let days: [DailyTVL]
    /// The day that has not ended, or what stands in for it; its figure will still change.
    package let partial: DailyTVL?
    /// How many rows could not be used: second ones of a day, out of order, below zero.
    package let leftOut: Int
    /// When it was asked.
    package let asOf: Timestamp
}

/// The value locked at one time.
package struct DailyTVL: Hashable, Sendable {
    /// The provider's own time; for a whole day its beginning in UTC.
    package let time: Timestamp
    /// In US dollars.
    package let tvl: ExactDecimal
}

/// Asks for the last days of the value locked.
package struct TVLQuery: Hashable, Sendable {
    /// `nil` for all chains together.
    package let chain: String?
    /// How many whole days at most.
    package let count: Int
    package let now: Timestamp
    package let limit: Duration

    package static let countMax = 10_000

    /// A question; a count outside of 1 to 10000 is moved into it.
    package init(chain: String?, count: Int, now: Timestamp, limit: Duration) {
        self.chain = chain
        self.count = min(max(1, count), TVLQuery.countMax)
        self.now = now
        self.limit = limit
    }
}

/// Tells how the value locked has changed.
package protocol TVLHistoryProvider: DataProvider {
    /// What one question costs of the allowance.
    var tvlHistoryWeight: Int { get }
    func tvlHistory(_ query: TVLQuery) async throws(ProviderError) -> ProviderAnswer<TVLHistory>
}

extension TVLHistoryProvider {
    package var tvlHistoryWeight: Int { 1 }
}
