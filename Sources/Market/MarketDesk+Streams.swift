package import Bus
package import Domain

/// What a stream's price is news of.
package struct StreamedPrices: Sendable {
    /// At most one.
    package var ticks: [PriceTicked] = []
    package var held: PriceHeld?
    package var changed: MarketSourceChanged?
}

/// Streams beside questions: what is told by a stream is not asked for, and nothing is told twice.
extension MarketDesk {
    /// A live stream has told a price.
    ///
    /// - Parameters:
    ///   - quote: what it told.
    ///   - exchange: who.
    ///   - order: the exchanges in the order in which their word counts: the first that is live speaks, the others are
    ///     only compared.
    ///   - now: the time.
    /// - Returns: what to publish.
    package mutating func streamed(
        _ quote: Quote,
        by exchange: String,
        order: [String],
        at now: Timestamp
    ) -> StreamedPrices {
        var news = StreamedPrices()
        switch streams.look(at: quote, by: exchange, besides: tick(of: quote.pair)?.tick, at: now) {
        case .outOfOrder: return news
        case .held:
            news.held = PriceHeld(
                pair: quote.pair,
                price: quote.price,
                source: exchange,
                symbol: quote.symbol,
                asOf: quote.asOf,
                lastSound: streams.lastSound(of: quote.pair, by: exchange)
            )
            return news
        case .sound: break
        }
        guard streams.speaker(for: quote.pair, among: order, at: now) == exchange else { return news }
        if streams.leader(among: order, at: now) == exchange {
            news.changed = served(by: exchange, because: "\(exchange)'s stream is live", at: now)
        }
        news.ticks = self.news(in: [quote.event(source: exchange)], receivedAt: now)
        return news
    }

    /// A live stream has seen a whole candle: it is told in place of an answer when that candle is due.
    ///
    /// So whoever tells candles does it in one place and in order, from whichever source.
    package mutating func offer(_ series: CandleSeries, by exchange: String, order: [String], at now: Timestamp) {
        guard streams.speaker(for: series.pair, among: order, at: now) == exchange else { return }
        streams.keep(series, of: exchange)
    }

    /// The candles that are due, where streams have seen all of them; they need not be asked for then.
    ///
    /// - Returns: the candles, all of one exchange.
    package func streamed(
        _ due: CandlesDue,
        of pair: TradingPair,
        interval: CandleInterval
    ) -> Sourced<CandleSeries>? {
        guard let since = due.since else { return nil }
        return streams.candles(of: pair, interval, since: since, count: due.count)
    }

    /// A stream has ended: what it told is asked for from now on.
    package mutating func streamEnded(_ exchange: String) { streams.forget(exchange) }

    /// The pairs whose prices no stream tells at the moment.
    package func pairsToPoll(of pairs: [TradingPair], at now: Timestamp) -> [TradingPair] {
        pairs.filter { !streams.isStreamed($0, at: now) }
    }

    /// Somebody has answered the question for some prices.
    ///
    /// What a stream has begun to tell in the meantime is left to it.
    ///
    /// - Returns: the events to publish.
    package mutating func polled(
        _ ticks: [PriceTicked],
        from source: String,
        because reason: String,
        at now: Timestamp
    ) -> (changed: MarketSourceChanged?, ticks: [PriceTicked]) {
        let changed = streams.isAnyStreamed(at: now) ? nil : served(by: source, because: reason, at: now)
        return (changed, news(in: ticks.filter { !streams.isStreamed($0.pair, at: now) }, receivedAt: now))
    }

    /// Nobody has answered the question for some prices, which matters where no stream is live.
    ///
    /// - Returns: the event to publish.
    package mutating func pollFailed(because reason: String, at now: Timestamp) -> MarketSourceChanged? {
        streams.isAnyStreamed(at: now) ? nil : unserved(because: reason, at: now)
    }
}
