import Bus
import Domain

/// Collects the rows of an answer into candles, and refuses the answer when one of them is unsound.
struct SeriesBuilder {
    private let query: CandleQuery
    private var candles: [Candle] = []

    init(_ query: CandleQuery) { self.query = query }

    /// - Throws: `malformed` when the row contradicts itself or the row before it.
    mutating func append(
        time: Timestamp,
        _ row: NumberRow,
        open: Int,
        high: Int,
        low: Int,
        close: Int,
        volume: Int
    ) throws(ProviderError) {
        let candle = Candle(
            openTime: time,
            interval: query.interval,
            open: try row.price(open),
            high: try row.price(high),
            low: try row.price(low),
            close: try row.price(close),
            volume: try row.number(volume)
        )
        if let problem = CandleChecks.problem(of: candle, after: candles.last?.openTime) {
            throw ProviderError(.malformed, "the candle of \(time) is \(problem.rawValue)")
        }
        candles.append(candle)
    }

    /// The rows that were asked for: from `since` on, and at most as many as wanted.
    ///
    /// With `since` the oldest are kept, so that the next question can go on from there; without it the newest.
    func series(symbol: String) -> CandleSeries {
        var kept = candles
        if let since = query.since {
            kept = Array(kept.filter { $0.openTime >= since }.prefix(query.count))
        } else {
            kept = kept.suffix(query.count)
        }
        return CandleSeries(pair: query.pair, symbol: symbol, interval: query.interval, candles: kept)
    }
}
