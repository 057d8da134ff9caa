package import Bus
package import Domain

/// The course of a price, with the time when it was true.
package struct CandleChart: Hashable, Sendable {
    package let pair: TradingPair
    package let interval: CandleInterval
    /// In order of time, one for each time.
    package let candles: [Candle]
    package let asOf: Timestamp
    /// How old it may be; an older one is shown, but not as one of now.
    package let limitSeconds: Int

    /// More are narrower than a pixel of a small picture.
    package static let candlesMax = 400

    /// - Parameters:
    ///   - pair: what the prices are of.
    ///   - interval: of the candles; those of others are left out.
    ///   - candles: in any order; the last of a time counts, and the latest 400 are kept.
    ///   - asOf: when the last of them was true.
    ///   - limitSeconds: how old it may be.
    package init(pair: TradingPair, interval: CandleInterval, candles: [Candle], asOf: Timestamp, limitSeconds: Int) {
        self.pair = pair
        self.interval = interval
        var byTime: [Timestamp: Candle] = [:]
        for candle in candles where candle.interval == interval { byTime[candle.openTime] = candle }
        self.candles = Array(byTime.values.sorted { $0.openTime < $1.openTime }.suffix(CandleChart.candlesMax))
        self.asOf = asOf
        self.limitSeconds = limitSeconds
    }
}

extension CandleChart: Codable {
    private enum CodingKeys: CodingKey {
        case pair
        case interval
        case candles
        case asOf
        case limitSeconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            pair: try container.decode(TradingPair.self, forKey: .pair),
            interval: try container.decode(CandleInterval.self, forKey: .interval),
            candles: try container.decode([Candle].self, forKey: .candles),
            asOf: try container.decode(Timestamp.self, forKey: .asOf),
            limitSeconds: try container.decode(Int.self, forKey: .limitSeconds)
        )
    }
}
