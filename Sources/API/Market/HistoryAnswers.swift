package import Bus
package import Domain

/// What `/api/prices/history/{symbol}` says.
package struct PriceHistoryAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        let asOf: Timestamp
        let price: Price
        let source: String

        enum CodingKeys: String, CodingKey {
            case price, source
            case asOf = "as_of"
        }

        package init(asOf: Timestamp, price: Price, source: String) {
            self.asOf = asOf
            self.price = price
            self.source = source
        }
    }

    let pair: TradingPair
    let from: Timestamp
    let to: Timestamp
    /// The oldest first.
    let prices: [Entry]
    /// Times of which no price is kept, although the station keeps one every few minutes, and later one of each hour.
    let gaps: [TimeGap]
    /// Where the next page begins; absent at the end.
    let next: Timestamp?

    package init(
        pair: TradingPair,
        range: Range<Timestamp>,
        prices: [Entry],
        gaps: [TimeGap],
        next: Timestamp?
    ) {
        self.pair = pair
        (from, to) = (range.lowerBound, range.upperBound)
        self.prices = prices
        self.gaps = gaps
        self.next = next
    }
}

/// What `/api/ohlcv/history/{symbol}` says.
package struct CandleHistoryAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        let openTime: Timestamp
        let open: Price
        let high: Price
        let low: Price
        let close: Price
        let volume: ExactDecimal
        let source: String
        /// Whether another source contradicts it.
        let suspect: Bool

        enum CodingKeys: String, CodingKey {
            case open, high, low, close, volume, source, suspect
            case openTime = "open_time"
        }

        package init(_ candle: Candle, source: String, isSuspect: Bool) {
            openTime = candle.openTime
            open = candle.open
            high = candle.high
            low = candle.low
            close = candle.close
            volume = candle.volume
            self.source = source
            suspect = isSuspect
        }
    }

    let pair: TradingPair
    let interval: CandleInterval
    let from: Timestamp
    let to: Timestamp
    /// The oldest first; all have ended.
    let candles: [Entry]
    let gaps: [MissingCandles]
    /// Up to where gaps were looked for: as far as this page reaches, or where there are too many.
    let gapsThrough: Timestamp
    /// Where the next page begins; absent at the end.
    let next: Timestamp?

    enum CodingKeys: String, CodingKey {
        case pair, interval, from, to, candles, gaps, next
        case gapsThrough = "gaps_through"
    }

    package init(
        pair: TradingPair,
        interval: CandleInterval,
        range: Range<Timestamp>,
        candles: [Entry],
        gaps: [MissingCandles],
        gapsThrough: Timestamp,
        next: Timestamp?
    ) {
        self.pair = pair
        self.interval = interval
        (from, to) = (range.lowerBound, range.upperBound)
        self.candles = candles
        self.gaps = gaps
        self.gapsThrough = gapsThrough
        self.next = next
    }
}

/// What `/api/defi/history/{protocol}` says.
package struct DefiHistoryAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        let asOf: Timestamp
        /// In US dollars; absent where the source did not know.
        let tvl: ExactDecimal?

        enum CodingKeys: String, CodingKey {
            case tvl
            case asOf = "as_of"
        }

        package init(asOf: Timestamp, tvl: ExactDecimal?) {
            self.asOf = asOf
            self.tvl = tvl
        }
    }

    let `protocol`: String
    let name: String
    let source: String
    let from: Timestamp
    let to: Timestamp
    /// The oldest first.
    let points: [Entry]
    let gaps: [TimeGap]
    /// Where the next page begins; absent at the end.
    let next: Timestamp?

    package init(
        slug: String,
        name: String,
        source: String,
        range: Range<Timestamp>,
        points: [Entry],
        gaps: [TimeGap],
        next: Timestamp?
    ) {
        self.protocol = slug
        self.name = name
        self.source = source
        (from, to) = (range.lowerBound, range.upperBound)
        self.points = points
        self.gaps = gaps
        self.next = next
    }
}

/// What `/api/defi/tvl-chart` says.
package struct TVLChartAnswer: Codable, Hashable, Sendable {
    package struct Day: Codable, Hashable, Sendable {
        /// Its first moment, in UTC.
        let day: Timestamp
        /// What the protocols that are kept held together, in US dollars; absent for a day of which nothing is kept.
        let tvl: ExactDecimal?
        /// What the source reckoned for all protocols; it leaves out what is counted twice.
        let total: ExactDecimal?
        /// How many protocols were added up.
        let protocols: Int?
        /// When that was: the last look of the day.
        let asOf: Timestamp?

        enum CodingKeys: String, CodingKey {
            case day, tvl, total, protocols
            case asOf = "as_of"
        }

        package init(day: Timestamp, tvl: ExactDecimal?, total: ExactDecimal?, protocols: Int?, asOf: Timestamp?) {
            self.day = day
            self.tvl = tvl
            self.total = total
            self.protocols = protocols
            self.asOf = asOf
        }
    }

    let source: String
    /// The oldest first; every day is there.
    let days: [Day]

    package init(source: String, days: [Day]) {
        self.source = source
        self.days = days
    }
}
