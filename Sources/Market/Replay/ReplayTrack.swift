import Bus
package import Domain

/// The candles of one market, read from a file.
package struct ReplayTrack: Hashable, Sendable {
    /// The file's name, without its folder.
    package let name: String
    package let pair: TradingPair
    /// The name of the market in the file's name.
    package let symbol: String
    package let interval: CandleInterval
    /// Oldest first; never empty.
    package let candles: [Candle]
    /// Rows that were left out because they contradict themselves or the row before.
    package let unsoundRows: Int
    /// Rows that were left out because somebody has drawn a straight line through an outage.
    package let inventedRows: Int

    /// Who told it: marks everything that comes out of the file as history.
    package var source: String { MarketSourceChanged.replayPrefix + name }

    var series: CandleSeries { CandleSeries(pair: pair, symbol: symbol, interval: interval, candles: candles) }

    /// How long after the first candle a candle comes, at some speed.
    func offset(of index: Int, at speed: ReplaySpeed) -> Duration {
        switch speed {
        case .max: .zero
        case .times(let factor): candles[0].closeTime.duration(to: candles[index].closeTime) / factor
        }
    }
}
