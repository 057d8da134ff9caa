package import Bus
package import Domain

/// What is news and what is not: the decisions of the market's actor, as a value.
package struct MarketDesk: Sendable {
    private struct Known {
        let tick: PriceTicked
        let receivedAt: Timestamp
    }

    private var latest: [TradingPair: Known] = [:]
    private var lastOpenings: [TradingPair: Timestamp] = [:]
    /// What live streams tell.
    var streams = StreamLedger()
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
        lastOpenings = lastOpenings.filter { pairs.contains($0.key) }
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
        guard let last = lastOpenings[pair] else { return CandlesDue(since: nil, count: 1) }
        let next = last.advanced(by: interval.duration)
        let ended = next.advanced(by: interval.duration + MarketDesk.publishingDelay)
        guard now >= ended else { return nil }
        let behind = (now.nanoseconds - next.nanoseconds) / (interval.seconds * 1_000_000_000)
        return CandlesDue(since: next, count: min(Int(behind), MarketDesk.candlesMax))
    }

    package static let publishingDelay: Duration = .seconds(1)
    /// After a longer silence, only so many of the missing candles are fetched at a time.
    package static let candlesMax = 120

    /// The candles that have not been told yet, and the gaps between them, oldest first.
    package mutating func news(in series: CandleSeries, source: String) -> [CandleNews] {
        var news: [CandleNews] = []
        for candle in series.candles {
            if let last = lastOpenings[series.pair] {
                guard candle.openTime > last else { continue }
                if let gap = CandleChecks.gap(from: last, to: candle.openTime, interval: series.interval) {
                    news.append(.gap(gap.event(series, source: source)))
                }
            }
            lastOpenings[series.pair] = candle.openTime
            news.append(
                .closed(CandleClosed(pair: series.pair, candle: candle, source: source, symbol: series.symbol))
            )
        }
        return news
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
    case gap(CandleGapDetected)
}

extension CandleGap {
    fileprivate func event(_ series: CandleSeries, source: String) -> CandleGapDetected {
        CandleGapDetected(
            pair: series.pair,
            interval: series.interval,
            from: from,
            to: to,
            missing: missing,
            source: source
        )
    }
}
