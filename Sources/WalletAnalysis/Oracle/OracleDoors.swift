package import Bus
package import Domain
package import Store
package import WalletOracle

/// What the oracle leans on.
package struct OracleDoors: Sendable {
    /// What an asset cost in dollars at a time, if anybody knows.
    package typealias Pricing = @Sendable (_ asset: String, _ time: Timestamp) -> ExactDecimal?
    /// Looks up what some assets cost within a time, so that each of many transactions can be priced without waiting.
    package typealias PriceLoading =
        @Sendable (_ assets: Set<String>, _ from: Timestamp, _ to: Timestamp) async -> Pricing
    /// Has a model write a line; `nil` where there is none for it.
    ///
    /// It has to end when its task is cancelled, which happens when the time is up.
    package typealias Writing = @Sendable (LineOrder) async throws -> String?

    package var history: HistoryChain
    package var prices: PriceLoading
    /// How X speaks of the handle that a wallet's owner has linked; neutral without one.
    package var sentiment: @Sendable (_ wallet: String) async -> XSentiment
    package var write: Writing
    /// Told of what was not written down; the answer goes out all the same.
    package var onUnkept: @Sendable (StoreError) -> Void

    package init(
        history: HistoryChain,
        prices: @escaping PriceLoading = { _, _, _ in { _, _ in nil } },
        sentiment: @escaping @Sendable (_ wallet: String) async -> XSentiment = { _ in .neutral },
        write: @escaping Writing = { _ in nil },
        onUnkept: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) {
        self.history = history
        self.prices = prices
        self.sentiment = sentiment
        self.write = write
        self.onUnkept = onUnkept
    }
}

/// What a model is asked to write.
package struct LineOrder: Hashable, Sendable {
    package let rules: String
    package let facts: String
    package let tokensMax: Int
    package let temperature: Double
    package let limit: Duration

    init(_ plan: IntroPlan, _ occasion: OracleOccasion, limit: Duration) {
        rules = plan.systemPrompt(for: occasion)
        facts = plan.userPrompt(for: occasion)
        tokensMax = OracleModelLimits.tokensMax
        temperature = OracleModelLimits.temperature
        self.limit = limit
    }
}
