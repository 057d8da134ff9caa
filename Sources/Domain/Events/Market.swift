package import Bus

/// A source reported a new last price.
///
/// The subject is the pair. A slow subscriber skips to the newest price of each pair.
package struct PriceTicked: StateEvent, DocumentedEvent {
    package static let topic: Topic = "market.price.ticked"
    package static let summary = "A source reported the last price of a pair."
    package let pair: TradingPair
    package let price: Price
    /// Who reported it: `binance`, `kraken`, `coinbase`, or `replay:` with the name of a candle file.
    package let source: String
    /// The source's own name of the market, such as `BTCUSDT`: what the price is really of.
    package let symbol: String
    /// When the price held: the source's own time, or the time it was asked where it gives none.
    package let asOf: Timestamp
    /// Over the last 24 hours, in percent; absent where the source does not say.
    package let change24hPercent: ExactDecimal?
    package let high24h: Price?
    package let low24h: Price?

    package init(
        pair: TradingPair,
        price: Price,
        source: String,
        symbol: String,
        asOf: Timestamp,
        change24hPercent: ExactDecimal? = nil,
        high24h: Price? = nil,
        low24h: Price? = nil
    ) {
        self.pair = pair
        self.price = price
        self.source = source
        self.symbol = symbol
        self.asOf = asOf
        self.change24hPercent = change24hPercent
        self.high24h = high24h
        self.low24h = low24h
    }

    package var subject: Subject? { pair.subject }
    /// Whether it is history played back, which must never be presented as now.
    package var isReplayed: Bool { source.hasPrefix(MarketSourceChanged.replayPrefix) }
}

/// A stream's price was so far off that it is told only once the next one confirms it.
///
/// The subject is the pair.
package struct PriceHeld: DataEvent, DocumentedEvent {
    package static let topic: Topic = "market.price.held"
    package static let summary = "A price that is far off is held back until the next one confirms it."
    package let pair: TradingPair
    /// The price that is not told.
    package let price: Price
    package let source: String
    package let symbol: String
    package let asOf: Timestamp
    /// The last price of the same source that was believed; absent when there was none.
    package let lastSound: Price?

    package init(
        pair: TradingPair,
        price: Price,
        source: String,
        symbol: String,
        asOf: Timestamp,
        lastSound: Price?
    ) {
        self.pair = pair
        self.price = price
        self.source = source
        self.symbol = symbol
        self.asOf = asOf
        self.lastSound = lastSound
    }

    package var subject: Subject? { pair.subject }
}

/// The last trade of an interval is known: its candle will not change any more.
///
/// The subject is the pair. Within a pair and interval they come in order of time, each once per source. It is stored
/// before it is told; where the station ended in between or right after, the next start may tell some of them again.
package struct CandleClosed: DataEvent, DocumentedEvent {
    package static let topic: Topic = "market.candle.closed"
    package static let summary = "The candle of a finished interval is complete."
    package let pair: TradingPair
    package let candle: Candle
    package let source: String
    package let symbol: String
    /// How many of the smaller candles that it is made of do not exist; absent for one that its source told as a whole.
    package let missing: Int?

    package init(pair: TradingPair, candle: Candle, source: String, symbol: String, missing: Int? = nil) {
        self.pair = pair
        self.candle = candle
        self.source = source
        self.symbol = symbol
        self.missing = missing
    }

    package var subject: Subject? { pair.subject }
    package var asOf: Timestamp { candle.closeTime }
    package var isReplayed: Bool { source.hasPrefix(MarketSourceChanged.replayPrefix) }
}

/// Candles that should have followed the last one do not exist: nothing was traded, or the exchange was down.
///
/// The subject is the pair. Nothing is filled in for them.
package struct CandleGapFound: DataEvent, DocumentedEvent {
    package static let topic: Topic = "market.gap.found"
    package static let summary = "A source has no candles for some intervals; nothing is filled in."
    package let pair: TradingPair
    package let interval: CandleInterval
    /// The opening time of the first missing candle.
    package let from: Timestamp
    /// The opening time of the next candle that exists.
    package let to: Timestamp
    package let missing: Int
    package let source: String

    package init(
        pair: TradingPair,
        interval: CandleInterval,
        from: Timestamp,
        to: Timestamp,
        missing: Int,
        source: String
    ) {
        self.pair = pair
        self.interval = interval
        self.from = from
        self.to = to
        self.missing = missing
        self.source = source
    }

    package var subject: Subject? { pair.subject }
}

/// Another source serves the prices from now on, or none does.
package struct MarketSourceChanged: StateEvent, DocumentedEvent {
    package static let topic: Topic = "market.source.changed"
    package static let summary = "Another source serves the prices from now on, or none does."
    /// What stands before the file's name when prices come from a candle file.
    package static let replayPrefix = "replay:"
    /// Who serves now; absent when nobody does.
    package let source: String?
    package let previous: String?
    /// Why, in one sentence.
    package let reason: String
    package let at: Timestamp

    package init(source: String?, previous: String?, reason: String, at: Timestamp) {
        self.source = source
        self.previous = previous
        self.reason = reason
        self.at = at
    }
}
