package import Domain

extension CandleInterval: ConfigChoice {}

/// The `[market.history]` table: what is kept of the markets, and for how long.
package struct MarketHistoryConfig: ConfigSection {
    /// Candles that are kept besides those of a minute.
    package var intervals: [CandleInterval] = [.oneHour, .oneDay]
    /// Of how many DeFi protocols the value is kept every hour; 0 for none.
    package var defiProtocols = 100
    /// Prices go to the archive by whole months, once all of a month is older.
    package var pricesDays = 90
    /// Of older prices, one of each hour stays.
    package var thinPricesDays = 30
    package var defiDays = 400
    package var newsDays = 365
    /// How long it is kept how providers have answered.
    package var callsDays = 7
    /// Where months of prices go; empty for `archive` in the state folder.
    package var archiveFolder = ""
    /// Between two questions of a backfill.
    package var backfillPauseSeconds = 0.5

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.repeated("intervals", intervals.map(\.rawValue))
            + ConfigProblem.range("defi_protocols", defiProtocols, 0...250)
            + ConfigProblem.range("prices_days", pricesDays, 1...3650)
            + ConfigProblem.range("thin_prices_days", thinPricesDays, 1...3650)
            + ConfigProblem.range("defi_days", defiDays, 1...3650)
            + ConfigProblem.range("news_days", newsDays, 1...3650)
            + ConfigProblem.range("calls_days", callsDays, 1...3650)
            + ConfigProblem.range("backfill_pause_seconds", backfillPauseSeconds, 0...60)
            + (archiveFolder.isEmpty || archiveFolder.hasPrefix("/")
                ? [] : [.invalid("archive_folder", "must be an absolute path")])
    }
}
