package import Bus
package import Domain
package import MarketHistory

/// What the market's actor needs of history: to keep candles before it tells them, and to know how far it had got.
package protocol CandleKeeping: Sendable {
    func save(_ candles: [Candle], of series: CandleSeriesName) async throws(HistoryError) -> CandleSaveReport
    /// Notes that a series was asked for a range, and that every candle that it has there is stored.
    func noteAsked(_ range: Range<Timestamp>, of series: CandleSeriesName) async throws(HistoryError)
    /// Those that are stored, each once, the oldest first, of the preferred source where several have told one.
    func kept(
        of pair: TradingPair,
        _ interval: CandleInterval,
        in range: Range<Timestamp>,
        preferring source: String
    ) async throws(HistoryError) -> [SourcedCandle]
    func newest(of pair: TradingPair, _ interval: CandleInterval) async throws(HistoryError) -> Timestamp?
    /// The opening of the newest candle that was told; `nil` when none was.
    func toldThrough(_ pair: TradingPair, _ interval: CandleInterval) async throws(HistoryError) -> Timestamp?
    func noteTold(
        through openTime: Timestamp,
        of pair: TradingPair,
        _ interval: CandleInterval
    ) async throws(HistoryError)
}

extension CandleRepository: CandleKeeping {
    package func save(
        _ candles: [Candle],
        of series: CandleSeriesName
    ) async throws(HistoryError) -> CandleSaveReport {
        try await save(candles, of: series, suspects: [], correcting: false)
    }

    package func kept(
        of pair: TradingPair,
        _ interval: CandleInterval,
        in range: Range<Timestamp>,
        preferring source: String
    ) async throws(HistoryError) -> [SourcedCandle] {
        try await candles(of: pair, interval, in: range, preferring: [source]).rows
    }
}
