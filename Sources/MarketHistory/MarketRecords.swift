package import Bus
package import Store

/// Everything that the station keeps of the markets, in its one database.
package struct MarketRecords: Sendable {
    package let candles: CandleRepository
    package let prices: PriceRepository
    package let defi: DefiRepository
    package let news: NewsRepository
    package let calls: ProviderCallRepository
    package let proposals: ProposalRepository

    /// - Parameters:
    ///   - store: where all of it is kept.
    ///   - now: the time; nothing from the future is stored.
    package init(store: any Storage, now: @escaping @Sendable () -> Timestamp) {
        candles = CandleRepository(store: store, now: now)
        prices = PriceRepository(store: store, now: now)
        defi = DefiRepository(store: store, now: now)
        news = NewsRepository(store: store, now: now)
        calls = ProviderCallRepository(store: store)
        proposals = ProposalRepository(store: store, now: now)
    }
}
