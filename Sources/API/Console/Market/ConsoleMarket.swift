package import Domain

/// What the market's pages show.
package struct ConsoleMarket: Sendable {
    /// What is followed, in its order; must not block.
    let pairs: @Sendable () -> [TradingPair]
    let candles: @Sendable (TradingPair, CandleInterval, _ count: Int) async throws(APIError) -> Fresh<CandlesAnswer>
    /// Who tells about the market; must not block.
    let providers: @Sendable () -> [MarketProviderAnswer]
    /// Who is asked for what; must not block.
    let pools: @Sendable () -> [PoolAnswer]

    package init(
        pairs: @escaping @Sendable () -> [TradingPair],
        candles:
            @escaping @Sendable (TradingPair, CandleInterval, _ count: Int) async throws(APIError) -> Fresh<
                CandlesAnswer
            >,
        providers: @escaping @Sendable () -> [MarketProviderAnswer],
        pools: @escaping @Sendable () -> [PoolAnswer]
    ) {
        self.pairs = pairs
        self.candles = candles
        self.providers = providers
        self.pools = pools
    }
}
