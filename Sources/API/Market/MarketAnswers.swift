import Bus
package import Domain

/// What `/api/prices` says.
package struct PricesAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        /// As it was asked for.
        let symbol: String
        let pair: TradingPair
        let price: Price
        let change24hPercent: ExactDecimal?
        let high24h: Price?
        let low24h: Price?
        /// The source's own name of the market, which says what it is a price of: `BTC-PERP` is one of a future.
        let market: String

        enum CodingKeys: String, CodingKey {
            case symbol, pair, price, market
            case change24hPercent = "change_24h_percent"
            case high24h = "high_24h"
            case low24h = "low_24h"
        }

        package init(
            symbol: String,
            pair: TradingPair,
            price: Price,
            change24hPercent: ExactDecimal?,
            high24h: Price?,
            low24h: Price?,
            market: String
        ) {
            self.symbol = symbol
            self.pair = pair
            self.price = price
            self.change24hPercent = change24hPercent
            self.high24h = high24h
            self.low24h = low24h
            self.market = market
        }
    }

    /// A symbol of which nobody tells a price now.
    package struct Failure: Codable, Hashable, Sendable {
        let symbol: String
        let reasons: [ProviderReason]

        package init(symbol: String, reasons: [ProviderReason]) {
            self.symbol = symbol
            self.reasons = reasons
        }
    }

    let prices: [Fresh<Entry>]
    /// Symbols that no provider knows.
    let unknown: [String]
    let failed: [Failure]

    package init(prices: [Fresh<Entry>], unknown: [String], failed: [Failure]) {
        self.prices = prices
        self.unknown = unknown
        self.failed = failed
    }
}

/// What `/api/ohlcv` says.
package struct CandlesAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        let openTime: Timestamp
        let open: Price
        let high: Price
        let low: Price
        let close: Price
        let volume: ExactDecimal
        /// Whether its interval has not ended, so that it still changes.
        let forming: Bool

        enum CodingKeys: String, CodingKey {
            case open, high, low, close, volume, forming
            case openTime = "open_time"
        }

        package init(_ candle: Candle, isForming: Bool) {
            openTime = candle.openTime
            open = candle.open
            high = candle.high
            low = candle.low
            close = candle.close
            volume = candle.volume
            forming = isForming
        }
    }

    let pair: TradingPair
    /// The source's own name of the market.
    let symbol: String
    let interval: CandleInterval
    /// The oldest first.
    let candles: [Entry]
    let gaps: [MissingCandles]

    package init(
        pair: TradingPair,
        symbol: String,
        interval: CandleInterval,
        candles: [Entry],
        gaps: [MissingCandles]
    ) {
        self.pair = pair
        self.symbol = symbol
        self.interval = interval
        self.candles = candles
        self.gaps = gaps
    }
}
