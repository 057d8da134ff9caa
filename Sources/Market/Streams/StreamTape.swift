package import Bus
package import Domain

/// Something that a stream tells about a market.
package enum StreamNews: Hashable, Sendable {
    case price(Quote)
    /// A candle that was seen from its first trade to its last.
    case candle(CandleSeries)
    /// These trades were not told; what they belong to is left to whoever is asked.
    case gap(TradingPair, ClosedRange<Int64>)
}

/// Turns one exchange's messages into prices and whole candles: a plain value.
///
/// A candle is told only when every trade of it was seen: neither the one in which the stream began, nor one in which it
/// has lost trades. It is closed by the first trade after it and not by the clock, as a trade may be late; where none
/// comes soon, whoever polls tells it earlier.
package struct StreamTape: Sendable {
    private struct Market: Sendable {
        let pair: TradingPair
        var candles = TradeCandles(interval: .oneMinute)
        var sequence = TradeSequence()
        /// Candles that open earlier have been seen in part, and before the stream begins none has been seen at all.
        var wholeFrom = Timestamp(nanoseconds: .max)
        /// What the heartbeat before said was the last trade.
        var promised: Int64?
    }

    private let tellsPrices: Bool
    private var markets: [Market]
    /// Where the market stands that the exchange calls so.
    private let places: [String: Int]
    /// What the exchange sent about markets that nobody has asked for.
    package private(set) var strangeCount: UInt64 = 0
    package private(set) var gapCount: UInt64 = 0
    package private(set) var missedTradesCount: UInt64 = 0
    package private(set) var repeatedCount: UInt64 = 0
    /// Trades that came after their candle had been told.
    package private(set) var lateCount: UInt64 = 0
    /// Prices that are too old or from the future.
    package private(set) var outdatedCount: UInt64 = 0

    /// How far our clock may be behind the exchange's.
    private static let clockSkewMax: Duration = .seconds(2)
    /// As for prices that are asked for.
    private static let priceAgeMax: Duration = .seconds(60)
    private static let futureMax: Duration = .seconds(30)

    /// - Parameters:
    ///   - grammar: the exchange's.
    ///   - pairs: what is asked for.
    package init(_ grammar: any StreamGrammar.Type, pairs: [TradingPair]) {
        tellsPrices = grammar.tellsPrices
        markets = pairs.map { Market(pair: $0) }
        let symbols = pairs.enumerated().map { (grammar.symbol($1), $0) }
        places = Dictionary(symbols, uniquingKeysWith: { first, _ in first })
    }

    /// The stream begins, or begins anew.
    ///
    /// What is known of each exchange's counting stays: so it is told how many trades went by in between.
    package mutating func opened(at now: Timestamp) {
        let whole = StreamTape.nextMinute(after: now.advanced(by: StreamTape.clockSkewMax))
        for place in markets.indices {
            var market = Market(pair: markets[place].pair, wholeFrom: whole)
            market.sequence = markets[place].sequence
            markets[place] = market
        }
    }

    /// Takes one message.
    ///
    /// - Parameters:
    ///   - message: what it says.
    ///   - now: our own time.
    /// - Returns: what is to be told, in order.
    package mutating func take(_ message: StreamMessage, at now: Timestamp) -> [StreamNews] {
        switch message {
        case .trade(let trade, let symbol): take(trade, of: symbol, at: now)
        case .price(let price, let symbol): take(price, of: symbol, at: now)
        case .heartbeat(let symbol?, let last?): beat(symbol, last, at: now)
        default: []
        }
    }

    private mutating func take(_ trade: Trade, of symbol: String, at now: Timestamp) -> [StreamNews] {
        guard let place = places[symbol] else {
            strangeCount += 1
            return []
        }
        var news: [StreamNews] = []
        if let id = trade.id {
            switch markets[place].sequence.look(at: id) {
            case .next: break
            case .repeated: repeatedCount += 1
            case .gap(let missing): news.append(note(missing, of: place, until: trade.time))
            }
        }
        switch markets[place].candles.add(trade) {
        case .taken(let closed):
            if let closed, closed.openTime >= markets[place].wholeFrom {
                let pair = markets[place].pair
                news.append(.candle(CandleSeries(pair: pair, symbol: symbol, interval: .oneMinute, candles: [closed])))
            }
        case .late: lateCount += 1
        case .repeated, .unsound: return news
        }
        guard !tellsPrices else { return news }
        let price = StreamPrice(price: trade.price, asOf: trade.time)
        if let quote = quote(price, of: place, symbol, at: now) { news.append(.price(quote)) }
        return news
    }

    private mutating func take(_ price: StreamPrice, of symbol: String, at now: Timestamp) -> [StreamNews] {
        guard let place = places[symbol] else {
            strangeCount += 1
            return []
        }
        return quote(price, of: place, symbol, at: now).map { [.price($0)] } ?? []
    }

    /// `nil` for one that is not of now.
    private mutating func quote(
        _ price: StreamPrice,
        of place: Int,
        _ symbol: String,
        at now: Timestamp
    ) -> Quote? {
        let age = price.asOf.duration(to: now)
        guard age <= StreamTape.priceAgeMax, age >= .zero - StreamTape.futureMax else {
            outdatedCount += 1
            return nil
        }
        var quote = Quote(pair: markets[place].pair, symbol: symbol, price: price.price, asOf: price.asOf)
        quote.change24hPercent = price.change24hPercent
        quote.high24h = price.high24h
        quote.low24h = price.low24h
        return quote
    }

    /// A heartbeat may overtake the trade it speaks of, so it is held against what has come by the next one.
    private mutating func beat(_ symbol: String, _ last: Int64, at now: Timestamp) -> [StreamNews] {
        guard let place = places[symbol] else { return [] }
        let promised = markets[place].promised
        markets[place].promised = last
        guard let promised, case .gap(let missing) = markets[place].sequence.look(atLast: promised) else { return [] }
        return [note(missing, of: place, until: now)]
    }

    /// Whatever forms now is not whole, and where the lost trades reach into the next one, neither is that.
    private mutating func note(_ missing: ClosedRange<Int64>, of place: Int, until time: Timestamp) -> StreamNews {
        gapCount += 1
        missedTradesCount += UInt64(missing.count)
        let reached = max(time, markets[place].candles.forming?.openTime ?? time)
        markets[place].wholeFrom = max(markets[place].wholeFrom, StreamTape.nextMinute(after: reached))
        return .gap(markets[place].pair, missing)
    }

    private static func nextMinute(after time: Timestamp) -> Timestamp {
        let interval = CandleInterval.oneMinute
        return interval.start(of: time).advanced(by: interval.duration)
    }
}
