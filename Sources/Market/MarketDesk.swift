package import Bus
package import Domain

/// What is news and what is not: the decisions of the market's actor, as a value.
package struct MarketDesk: Sendable {
    private struct Known {
        let tick: PriceTicked
        let receivedAt: Timestamp
    }

    private var latest: [TradingPair: Known] = [:]
    private var tracks: [TrackName: Track] = [:]
    /// What live streams tell.
    var streams = StreamLedger()

    /// What the told candles of each pair add up to.
    private var ladders: [TradingPair: CandleLadder] = [:]

    private struct TrackName: Hashable {
        let pair: TradingPair
        let interval: CandleInterval
    }

    /// How far the candles of one pair and interval have been dealt with.
    private struct Track {
        /// When the newest one opened.
        var last: Timestamp
        /// Nobody has any before this moment, although some should follow the last one.
        var nothingBefore: Timestamp?

        init(last: Timestamp) { self.last = last }
    }

    /// `nil` until the first answer or failure.
    private var serving: Serving?

    private enum Serving: Hashable {
        case source(String)
        case nobody

        var name: String? {
            switch self {
            case .source(let name): name
            case .nobody: nil
            }
        }
    }

    private var reason = "no provider has been asked yet"

    package init() {}

    // MARK: Prices

    /// The prices that differ from what was known, in the order given.
    package mutating func news(in ticks: [PriceTicked], receivedAt now: Timestamp) -> [PriceTicked] {
        ticks.filter { tick in
            let before = latest.updateValue(Known(tick: tick, receivedAt: now), forKey: tick.pair)?.tick
            return before.map { $0.price != tick.price || $0.asOf != tick.asOf || $0.source != tick.source } ?? true
        }
    }

    /// The last price of a pair, and when it was told.
    package func tick(of pair: TradingPair) -> (tick: PriceTicked, receivedAt: Timestamp)? {
        latest[pair].map { ($0.tick, $0.receivedAt) }
    }

    /// Forgets pairs that are not followed any more.
    package mutating func keepOnly(_ pairs: [TradingPair]) {
        latest = latest.filter { pairs.contains($0.key) }
        tracks = tracks.filter { pairs.contains($0.key.pair) }
        ladders = ladders.filter { pairs.contains($0.key) }
        streams.keepOnly(pairs)
    }

    // MARK: The source

    /// A source has answered.
    ///
    /// - Returns: the event to publish, or `nil` when it is the same source as before.
    package mutating func served(
        by source: String,
        because reason: String,
        at now: Timestamp
    ) -> MarketSourceChanged? {
        self.reason = reason
        return change(to: .source(source), at: now)
    }

    /// Nobody has answered.
    ///
    /// - Returns: the event to publish, or `nil` when that is known already.
    package mutating func unserved(because reason: String, at now: Timestamp) -> MarketSourceChanged? {
        self.reason = reason
        return change(to: .nobody, at: now)
    }

    private mutating func change(to next: Serving, at now: Timestamp) -> MarketSourceChanged? {
        guard next != serving else { return nil }
        let previous = serving.flatMap(\.name)
        serving = next
        return MarketSourceChanged(source: next.name, previous: previous, reason: reason, at: now)
    }

    // MARK: Candles

    /// Which candles to ask for now.
    ///
    /// - Parameters:
    ///   - pair: the market.
    ///   - interval: how much time each covers.
    ///   - now: the time; a candle is asked for a moment after its end, because exchanges publish it late.
    /// - Returns: `nil` when no new candle can have ended.
    package func candlesDue(of pair: TradingPair, interval: CandleInterval, at now: Timestamp) -> CandlesDue? {
        guard let track = tracks[TrackName(pair: pair, interval: interval)] else {
            return CandlesDue(since: nil, count: 1)
        }
        // What is older is not for whoever follows the market now.
        let earliest = interval.start(of: now).advanced(by: interval.duration * -MarketDesk.catchUpMax)
        let next = max(track.last.advanced(by: interval.duration), track.nothingBefore ?? earliest, earliest)
        let ended = next.advanced(by: interval.duration + MarketDesk.publishingDelay)
        guard now >= ended else { return nil }
        let behind = (now.nanoseconds - next.nanoseconds) / (interval.seconds * 1_000_000_000)
        return CandlesDue(since: next, count: min(Int(behind), MarketDesk.candlesMax))
    }

    package static let publishingDelay: Duration = .seconds(1)
    /// After a longer silence, only so many of the missing candles are fetched at a time.
    package static let candlesMax = 120
    /// And no more than so many in all: a day of minutes.
    package static let catchUpMax = 1440

    /// Whether it is known how far the candles of a pair have been dealt with.
    package func follows(_ pair: TradingPair, _ interval: CandleInterval) -> Bool {
        tracks[TrackName(pair: pair, interval: interval)] != nil
    }

    /// Goes on behind a candle that was dealt with before this program was started.
    package mutating func goOn(after last: Timestamp, of pair: TradingPair, _ interval: CandleInterval) {
        let name = TrackName(pair: pair, interval: interval)
        if tracks[name] == nil { tracks[name] = Track(last: last) }
    }

    /// Nobody has any of the candles that were due.
    ///
    /// When as many were asked for as ever are, what lies behind them is asked for next: otherwise a market that was
    /// closed for longer would be waited for for ever.
    package mutating func foundNothing(_ due: CandlesDue, of pair: TradingPair, _ interval: CandleInterval) {
        guard let since = due.since, due.count == MarketDesk.candlesMax else { return }
        tracks[TrackName(pair: pair, interval: interval)]?.nothingBefore =
            since.advanced(by: interval.duration * due.count)
    }

    /// The candles that have not been told yet, and the gaps between them, oldest first.
    package mutating func news(in series: CandleSeries, source: String) -> [CandleNews] {
        news(
            in: series.candles.map {
                CandleClosed(pair: series.pair, candle: $0, source: source, symbol: series.symbol)
            }
        )
    }

    /// Those of some candles, of one pair and interval and the oldest first, that have not been told yet, the gaps between
    /// them, and the larger ones that they make.
    ///
    /// - Parameters:
    ///   - candles: closed ones.
    ///   - isSmallest: whether the larger candles of the pair are made of these.
    /// - Returns: what to tell, in this order.
    package mutating func news(in candles: [CandleClosed], isSmallest: Bool = true) -> [CandleNews] {
        var news: [CandleNews] = []
        for closed in candles {
            let (interval, openTime) = (closed.candle.interval, closed.candle.openTime)
            let name = TrackName(pair: closed.pair, interval: interval)
            if let last = tracks[name]?.last {
                guard openTime > last else { continue }
                if let gap = CandleChecks.gap(from: last, to: openTime, interval: interval) {
                    news.append(.gap(gap.event(before: closed)))
                }
            }
            tracks[name] = Track(last: openTime)
            news.append(.closed(closed))
            if isSmallest { news += larger(closedBy: closed).map(CandleNews.closed) }
        }
        return news
    }

    // MARK: Larger candles

    /// What is told besides the smallest ones, where they make it.
    package static let largerIntervals: [CandleInterval] = [
        .fiveMinutes, .fifteenMinutes, .oneHour, .fourHours, .oneDay,
    ]

    /// The openings of the candles that have to be added again, so that larger ones go on where they were.
    package func past(of pair: TradingPair, _ interval: CandleInterval, upTo last: Timestamp) -> Range<Timestamp> {
        CandleLadder(base: interval, intervals: MarketDesk.largerIntervals).past(upTo: last)
    }

    /// Adds candles that were told before this program was started; what they make was told as well.
    package mutating func resume(_ candles: [CandleClosed]) {
        for candle in candles { _ = larger(closedBy: candle) }
    }

    private mutating func larger(closedBy closed: CandleClosed) -> [CandleClosed] {
        let interval = closed.candle.interval
        var ladder =
            ladders[closed.pair].flatMap { $0.base == interval ? $0 : nil }
            ?? CandleLadder(base: interval, intervals: MarketDesk.largerIntervals)
        let made = ladder.add(closed.candle)
        ladders[closed.pair] = ladder
        return made.map { made in
            CandleClosed(
                pair: closed.pair,
                candle: made.candle,
                source: closed.source,
                symbol: closed.symbol,
                missing: made.expected - made.count
            )
        }
    }

    // MARK: For the operator

    package func status(at now: Timestamp, staleAfter: Duration) -> MarketStatus {
        let age = latest.values
            .map { ($0.tick.isReplayed ? $0.receivedAt : $0.tick.asOf).duration(to: now) }
            .max()
        let source = serving.flatMap(\.name)
        let isReplayed = source?.hasPrefix(MarketSourceChanged.replayPrefix) ?? false
        // A replay goes at its own pace; it is stale when it has ended.
        let isOld = age.map { $0 > staleAfter && !isReplayed } ?? true
        return MarketStatus(
            source: source,
            reason: reason,
            ageSeconds: age.map { max(0, $0 / .seconds(1)) },
            stale: source == nil || isOld,
            replayed: isReplayed,
            prices: Dictionary(uniqueKeysWithValues: latest.map { ($0.key.text, $0.value.tick.price) })
        )
    }
}

/// Candles to ask for.
package struct CandlesDue: Hashable, Sendable {
    /// The opening time of the first one; without it the newest.
    package let since: Timestamp?
    package let count: Int

    package init(since: Timestamp?, count: Int) {
        self.since = since
        self.count = count
    }
}

/// Something to tell about candles.
package enum CandleNews: Sendable {
    case closed(CandleClosed)
    case gap(CandleGapFound)
}

extension CandleGap {
    fileprivate func event(before next: CandleClosed) -> CandleGapFound {
        CandleGapFound(
            pair: next.pair,
            interval: next.candle.interval,
            from: from,
            to: to,
            missing: missing,
            source: next.source
        )
    }
}
