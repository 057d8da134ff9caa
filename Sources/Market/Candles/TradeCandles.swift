package import Bus
package import Domain

/// One trade of a market.
package struct Trade: Hashable, Sendable {
    /// The exchange's own number of it, which grows with each; `nil` where it gives none.
    package let id: Int64?
    package let time: Timestamp
    package let price: Price
    /// In units of the pair's base, above zero.
    package let amount: ExactDecimal

    package init(id: Int64?, time: Timestamp, price: Price, amount: ExactDecimal) {
        self.id = id
        self.time = time
        self.price = price
        self.amount = amount
    }
}

/// Builds candles of trades, as the exchange does: an interval without a trade has no candle.
///
/// A candle is closed by the first trade after its interval, or by the clock. A trade that comes after that is too late:
/// what was told does not change, and is counted as such. The same trade twice, told by its number, counts once.
package struct TradeCandles: Sendable {
    package enum Outcome: Hashable, Sendable {
        /// It belongs to the candle that forms, and the one before it is closed.
        case taken(closed: Candle?)
        /// Its number is not above that of the trade before it.
        case repeated
        /// Its candle is closed.
        case late
        /// The price or the amount is not above zero, or the volume has more digits than a decimal can hold.
        case unsound
    }

    package let interval: CandleInterval
    private var window: Candle?
    private var lastID: Int64?
    /// Where the last candle that was closed ends.
    private var closedUntil: Timestamp?
    package private(set) var takenCount = 0
    package private(set) var repeatedCount = 0
    package private(set) var lateCount = 0
    package private(set) var unsoundCount = 0

    package init(interval: CandleInterval) { self.interval = interval }

    /// The candle that still forms.
    package var forming: Candle? { window }

    /// Takes the next trade.
    package mutating func add(_ trade: Trade) -> Outcome {
        if let id = trade.id, let lastID, id <= lastID {
            repeatedCount += 1
            return .repeated
        }
        guard trade.price.amount.isPositive, trade.amount.isPositive else {
            unsoundCount += 1
            return .unsound
        }
        let start = interval.start(of: trade.time)
        if let closedUntil, start < closedUntil {
            return late(trade)
        }
        guard let window else {
            return open(trade, at: start, closing: nil)
        }
        if start < window.openTime { return late(trade) }
        if start > window.openTime {
            closedUntil = window.closeTime
            return open(trade, at: start, closing: window)
        }
        guard let volume = window.volume.adding(trade.amount) else {
            unsoundCount += 1
            return .unsound
        }
        self.window = Candle(
            openTime: window.openTime,
            interval: interval,
            open: window.open,
            high: max(window.high, trade.price),
            low: min(window.low, trade.price),
            close: trade.price,
            volume: volume
        )
        return took(trade, closing: nil)
    }

    /// Closes the candle whose interval is over.
    ///
    /// - Parameter now: the exchange's time, less how late its trades come.
    /// - Returns: `nil` when it is not over, or had no trade.
    package mutating func close(at now: Timestamp) -> Candle? {
        guard let window, window.closeTime <= now else { return nil }
        self.window = nil
        closedUntil = window.closeTime
        return window
    }

    private mutating func open(_ trade: Trade, at start: Timestamp, closing closed: Candle?) -> Outcome {
        window = Candle(
            openTime: start,
            interval: interval,
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            volume: trade.amount
        )
        return took(trade, closing: closed)
    }

    private mutating func took(_ trade: Trade, closing closed: Candle?) -> Outcome {
        takenCount += 1
        if let id = trade.id { lastID = id }
        return .taken(closed: closed)
    }

    private mutating func late(_ trade: Trade) -> Outcome {
        lateCount += 1
        if let id = trade.id { lastID = id }
        return .late
    }
}
