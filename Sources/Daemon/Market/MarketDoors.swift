import API
import Actors
import Bus
import Domain
import Market
import Threading

/// What the HTTP interface says of the market: what the station follows anyway, and what it asks for on request.
///
/// Whatever it tells has its source and its age; what nobody tells is an error with everybody's reasons.
final class MarketDoors: Sendable {
    private let station: Station
    private let feed: MarketFeed
    private let prices: KeptAnswers<TradingPair, Quote>
    private let candles: KeptAnswers<CandleKey, CandleSeries>
    private let overviews: OverviewDoors
    let providers: ProviderDoors

    private struct CandleKey: Hashable {
        let pair: TradingPair
        let interval: CandleInterval
        let count: Int
    }

    /// A price that was told longer ago is asked for again.
    private static let priceLifetime: Duration = .seconds(300)
    /// A price of longer ago is not told as fresh, whoever tells it.
    private static let freshMax: Duration = .seconds(300)
    /// However old it is, nobody is asked for the same price again for so long.
    private static let priceLifetimeMin: Duration = .seconds(30)
    private static let candleLifetime: Duration = .seconds(900)
    /// So many symbols that are not followed are asked for at once.
    private static let askedAtOnce = 4

    init(_ station: Station, _ feed: MarketFeed) {
        self.station = station
        self.feed = feed
        prices = KeptAnswers { KeptAnswers.Settings(lifetime: MarketDoors.priceLifetime) }
        candles = KeptAnswers {
            var settings = KeptAnswers<CandleKey, CandleSeries>.Settings(lifetime: MarketDoors.candleLifetime)
            // Each may be a thousand candles.
            settings.countMax = 100
            return settings
        }
        overviews = OverviewDoors(feed)
        providers = ProviderDoors(station, feed)
    }

    var routes: MarketRoutes {
        MarketRoutes(
            MarketRoutes.Doors(
                prices: { [self] in await prices(of: $0) },
                candles: { [self] (pair, interval, count) async throws(APIError) in
                    try await candles(of: pair, interval, count)
                },
                overview: { [overviews] (count) async throws(APIError) in try await overviews.overview(count) },
                trending: { [overviews] () async throws(APIError) in try await overviews.trending() },
                protocols: { [overviews] () async throws(APIError) in try await overviews.protocols() },
                providers: { [providers] in providers.all },
                check: { [providers] in await providers.check($0) },
                poolCount: { [feed] in feed.book.pools.count }
            )
        )
    }

    // MARK: Prices

    private enum Found: Sendable {
        case price(Fresh<PricesAnswer.Entry>)
        case unknown(String)
        case failed(PricesAnswer.Failure)
    }

    private func prices(of wanted: [(symbol: String, pair: TradingPair)]) async -> PricesAnswer {
        let found = await withTaskGroup(of: (Int, Found).self) { group in
            var left = Array(wanted.enumerated())[...]
            func askNext() {
                guard let (place, one) = left.popFirst() else { return }
                // Side by side, as one that nobody knows takes every provider's time.
                group.addTask { (place, await self.price(of: one.pair, called: one.symbol)) }
            }
            for _ in 0..<MarketDoors.askedAtOnce { askNext() }
            var found: [(Int, Found)] = []
            while let one = await group.next() {
                found.append(one)
                askNext()
            }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return PricesAnswer(
            prices: found.compactMap { if case .price(let entry) = $0 { entry } else { nil } },
            unknown: found.compactMap { if case .unknown(let symbol) = $0 { symbol } else { nil } },
            failed: found.compactMap { if case .failed(let failure) = $0 { failure } else { nil } }
        )
    }

    private func price(of pair: TradingPair, called symbol: String) async -> Found {
        let now = station.now()
        let settings = station.settings.current.configuration.market
        let staleAfter = Duration.seconds(settings.staleAfterSeconds)
        let known = feed.board.tick(of: pair)
        // What is followed is told every few seconds: nobody need be asked.
        if let known, known.receivedAt.duration(to: now) <= staleAfter || feed.isReplay {
            return .price(Fresh(symbol, known, at: now, staleAfter: staleAfter, freshMax: MarketDoors.freshMax))
        }
        guard let source = feed.liveSource else { return .unknown(symbol) }
        // The last that was told is better than nothing, and says how old it is.
        var last: Fresh<PricesAnswer.Entry>?
        if let known, known.receivedAt.duration(to: now) <= MarketDoors.staleMax {
            last = Fresh(symbol, known, at: now, staleAfter: staleAfter, freshMax: MarketDoors.freshMax)
        }
        let isFollowed = MarketDataSettings(settings).pairs.contains(pair)
        let lifetime: (Quote) -> Duration = { quote in
            // However it came, what is followed grows stale alike.
            guard !isFollowed else { return staleAfter }
            return max(MarketDoors.priceLifetimeMin, MarketDoors.priceLifetime - quote.asOf.duration(to: now))
        }
        do throws(NoSourceError) {
            let kept = try await prices.answer(to: pair, freshFor: lifetime) { () throws(NoSourceError) in
                let told = try await source.quotes(of: [pair])
                guard let quote = told.value.first else {
                    throw NoSourceError(attempts: told.passedOver, retryAfter: nil, wasCancelled: false)
                }
                return Sourced((value: quote, asOf: quote.asOf), source: told.source, passedOver: told.passedOver)
            }
            if kept.isStale, let last, last.freshness.asOf > kept.asOf { return .price(last) }
            return .price(Fresh(symbol, kept, at: station.now(), freshMax: MarketDoors.freshMax))
        } catch {
            if let last { return .price(last) }
            return error.saysUnknown ? .unknown(symbol) : .failed(.init(symbol: symbol, reasons: error.reasons))
        }
    }

    /// The last value is told for so long after everybody has fallen silent.
    private static let staleMax: Duration = .seconds(3600)

    // MARK: Candles

    func candles(
        of pair: TradingPair,
        _ interval: CandleInterval,
        _ count: Int
    ) async throws(APIError) -> Fresh<CandlesAnswer> {
        guard let source = feed.liveSource else {
            throw APIError(.unavailable, "Recorded candles are played, so no exchange is asked.")
        }
        let now = station.now()
        // Whatever the time, a candle that has ended since is not missing.
        let untilNext = now.duration(to: interval.start(of: now).advanced(by: interval.duration))
        do throws(NoSourceError) {
            let lifetime: (CandleSeries) -> Duration = { _ in min(MarketDoors.candleLifetime, untilNext) }
            let key = CandleKey(pair: pair, interval: interval, count: count)
            let kept = try await candles.answer(to: key, freshFor: lifetime) { () throws(NoSourceError) in
                try await MarketDoors.newest(count, of: pair, interval, from: source, at: now)
            }
            return Fresh(CandlesAnswer(kept), Freshness(kept))
        } catch {
            guard !error.saysUnknown else {
                throw APIError(
                    .badRequest,
                    "No provider knows the market \(pair), or not in candles of \(interval.rawValue)."
                )
            }
            throw APIError(unanswered: error.reasons)
        }
    }

    /// As many candles as are wanted, in as many questions as that takes.
    private static func newest(
        _ count: Int,
        of pair: TradingPair,
        _ interval: CandleInterval,
        from source: MarketSource,
        at now: Timestamp
    ) async throws(NoSourceError) -> KeptAnswers<CandleKey, CandleSeries>.Answer {
        let page = CandleQuery.countMax - 1
        var since = interval.start(of: now).advanced(by: interval.duration * -(count - 1))
        var candles: [Candle] = []
        var (symbol, sources, passedOver): (String, [String], [Attempt]) = ("", [], [])
        for _ in 0..<(count / page + 1) where since <= now {
            let told = try await source.candles(of: pair, interval: interval, since: since, count: min(page, count))
            (symbol, passedOver) = (told.value.symbol, told.passedOver)
            if !sources.contains(told.source) { sources.append(told.source) }
            let new = told.value.candles.filter { candle in candles.last.map { candle.openTime > $0.openTime } ?? true }
            candles += new
            // Where there is nothing for as long as a page, what is behind it is asked for all the same.
            since = max(
                new.last?.closeTime ?? since,
                since.advanced(by: new.isEmpty ? interval.duration * page : .zero)
            )
        }
        let series = CandleSeries(pair: pair, symbol: symbol, interval: interval, candles: candles.suffix(count))
        return Sourced(
            (value: series, asOf: now),
            source: sources.joined(separator: ", "),
            passedOver: passedOver
        )
    }
}

extension NoSourceError {
    var reasons: [ProviderReason] {
        attempts.map { ProviderReason(provider: $0.provider, reason: $0.error.description) }
    }

    /// Whether everybody who was asked does not know it, and somebody was.
    var saysUnknown: Bool {
        let asked = attempts.filter(\.wasAsked)
        return !asked.isEmpty && asked.allSatisfy { $0.error.code == .unknownMarket }
    }
}

extension Fresh<PricesAnswer.Entry> {
    fileprivate init(_ symbol: String, _ kept: KeptAnswer<Quote>, at now: Timestamp, freshMax: Duration) {
        let quote = kept.value
        self.init(
            PricesAnswer.Entry(
                symbol: symbol,
                pair: quote.pair,
                price: quote.price,
                change24hPercent: quote.change24hPercent,
                high24h: quote.high24h,
                low24h: quote.low24h,
                market: quote.symbol
            ),
            Freshness(
                source: kept.source,
                asOf: kept.asOf,
                isCached: kept.isCached,
                age: kept.age,
                isStale: kept.isStale || kept.asOf.duration(to: now) > freshMax
            )
        )
    }

    /// What the station has heard by following the market.
    fileprivate init(
        _ symbol: String,
        _ known: (tick: PriceTicked, receivedAt: Timestamp),
        at now: Timestamp,
        staleAfter: Duration,
        freshMax: Duration
    ) {
        let (tick, age) = (known.tick, known.receivedAt.duration(to: now))
        self.init(
            PricesAnswer.Entry(
                symbol: symbol,
                pair: tick.pair,
                price: tick.price,
                change24hPercent: tick.change24hPercent,
                high24h: tick.high24h,
                low24h: tick.low24h,
                market: tick.symbol
            ),
            Freshness(
                source: tick.source,
                asOf: tick.asOf,
                isCached: true,
                age: max(.zero, age),
                // History that is played back is never of now.
                isStale: age > staleAfter || (!tick.isReplayed && tick.asOf.duration(to: now) > freshMax)
            )
        )
    }
}

extension Freshness {
    init<Value>(_ kept: KeptAnswer<Value>) {
        self.init(
            source: kept.source,
            asOf: kept.asOf,
            isCached: kept.isCached,
            age: kept.age,
            isStale: kept.isStale
        )
    }
}

extension CandlesAnswer {
    fileprivate init(_ kept: KeptAnswer<CandleSeries>) {
        let series = kept.value
        let gaps = zip(series.candles, series.candles.dropFirst()).compactMap { before, after in
            CandleChecks.gap(from: before.openTime, to: after.openTime, interval: series.interval)
        }
        self.init(
            pair: series.pair,
            symbol: series.symbol,
            interval: series.interval,
            // As it stood when it was told: what has ended since may have changed once more.
            candles: series.candles.map { Entry($0, isForming: $0.closeTime > kept.asOf) },
            gaps: gaps.map { MissingCandles(from: $0.from, to: $0.to, missing: $0.missing) }
        )
    }
}
