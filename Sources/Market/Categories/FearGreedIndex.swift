package import Bus

/// The mood of the market as a number, day by day, as one provider reckons it.
package struct FearGreedIndex: Hashable, Sendable {
    /// Newest first; never empty.
    package let readings: [FearGreedReading]
    /// How long until the next one is told, where the provider says so.
    package let nextIn: Duration?
    /// How many rows could not be used.
    package let leftOut: Int
}

/// The mood on one day.
package struct FearGreedReading: Hashable, Sendable {
    /// 0 for the greatest fear, 100 for the greatest greed.
    package let value: Int
    /// The provider's word for it, such as `Extreme Fear`.
    package let classification: String
    /// The beginning of the day, in UTC.
    package let asOf: Timestamp
}

/// Tells the mood of the market.
package protocol FearGreedProvider: DataProvider {
    /// What one question costs of the allowance.
    var fearGreedWeight: Int { get }
    func fearGreed(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<FearGreedIndex>
}

extension FearGreedProvider {
    package var fearGreedWeight: Int { 1 }
}
