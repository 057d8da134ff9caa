package import Bus
package import Domain

extension MarketSource {
    // MARK: Prices and candles

    /// The last prices of some pairs, all from one provider.
    ///
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func quotes(of pairs: [TradingPair]) async throws(NoSourceError) -> Sourced<[Quote]> {
        try await ask(pricesQuestion(pairs))
    }

    /// Candles of one pair whose interval has ended, oldest first.
    ///
    /// - Parameters:
    ///   - pair: the market.
    ///   - interval: how much time each covers.
    ///   - since: the opening time of the oldest one wanted; without it the newest.
    ///   - count: how many at most, 1 to 300.
    ///   - names: who may be asked; `nil` for all.
    /// - Returns: the candles with the name of who told them; none when none has ended.
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func closedCandles(
        of pair: TradingPair,
        interval: CandleInterval,
        since: Timestamp?,
        count: Int,
        among names: Set<String>? = nil
    ) async throws(NoSourceError) -> Sourced<CandleSeries> {
        var question = candlesQuestion(of: pair, interval, since, count)
        // Whoever follows the market or brings old candles comes back by himself.
        question.isRepeated = false
        let found = try await ask(question, among: names)
        let closed = CandleChecks.closed(found.value.candles, at: now())
        let kept = since == nil ? Array(closed.suffix(count)) : Array(closed.prefix(count))
        let series = CandleSeries(pair: pair, symbol: found.value.symbol, interval: interval, candles: kept)
        return Sourced(series, source: found.source, passedOver: found.passedOver)
    }

    /// As `closedCandles`, and one more behind them, which usually still forms; asked again when nobody has answered.
    package func candles(
        of pair: TradingPair,
        interval: CandleInterval,
        since: Timestamp?,
        count: Int
    ) async throws(NoSourceError) -> Sourced<CandleSeries> {
        try await ask(candlesQuestion(of: pair, interval, since, count))
    }

    /// The names of those that tell candles from a moment on: some tell only so many of the newest.
    package func namesReaching(back time: Timestamp, interval: CandleInterval) -> Set<String> {
        let age = time.duration(to: now())
        let able = providers.compactMap { $0 as? any MarketProvider }.filter { provider in
            provider.candleReach.map { age <= interval.duration * $0 } ?? true
        }
        return Set(able.map(\.name))
    }

    /// Who of some has more than half of his allowance left, for whoever is in no hurry and leaves the rest to others.
    ///
    /// - Parameter names: who is of interest.
    /// - Returns: them; and how long until the first of the others has, `nil` when there is none.
    package func namesWithRoom(among names: Set<String>) -> (names: Set<String>, wait: Duration?) {
        let now = now()
        var found: Set<String> = []
        var waits: [Duration] = []
        for standing in standings where names.contains(standing.name) {
            let full = standing.budget.usage(at: now).filter { $0.used * 2 >= $0.usable }
            if let end = full.map(\.endsAt).max() {
                waits.append(now.duration(to: end))
            } else {
                found.insert(standing.name)
            }
        }
        return (found, waits.min())
    }

    // MARK: The market as a whole

    /// The largest coins, and how they share the market.
    ///
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func overview(count: Int) async throws(NoSourceError) -> Sourced<MarketOverview> {
        try await ask(
            listQuestion(
                .marketData,
                count,
                weight: { (one: any MarketOverviewProvider) in one.overviewWeight },
                ask: { one, query throws(ProviderError) in try await one.overview(query) }
            )
        )
    }

    /// The coins that people look for.
    ///
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func trending(count: Int) async throws(NoSourceError) -> Sourced<TrendingCoins> {
        try await ask(
            listQuestion(
                .marketData,
                count,
                weight: { (one: any TrendingProvider) in one.trendingWeight },
                ask: { one, query throws(ProviderError) in try await one.trending(query) }
            )
        )
    }

    /// The protocols of decentralised finance that hold most.
    ///
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func protocols(count: Int) async throws(NoSourceError) -> Sourced<ProtocolRanking> {
        var question = listQuestion(
            .defi,
            count,
            weight: { (one: any DeFiProvider) in one.protocolsWeight },
            ask: { one, query throws(ProviderError) in try await one.protocols(query) }
        )
        // All protocols with their history come in one answer, which has many megabytes.
        question.limits = (attempt: .seconds(30), deadline: .seconds(40))
        return try await ask(question)
    }

    /// What decentralised finance has held, day by day.
    ///
    /// - Parameters:
    ///   - chain: `nil` for all chains together.
    ///   - count: how many whole days at most.
    /// - Returns: the days with the name of who told them.
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func tvlHistory(of chain: String?, count: Int) async throws(NoSourceError) -> Sourced<TVLHistory> {
        try await ask(tvlQuestion(chain, count))
    }

    /// The mood of the market, day by day.
    ///
    /// - Throws: `NoSourceError` when nobody answers in time.
    package func fearGreed(count: Int) async throws(NoSourceError) -> Sourced<FearGreedIndex> {
        try await ask(fearGreedQuestion(count))
    }

    // MARK: Out of turn

    /// Asks a provider that is left alone, out of turn; when it answers well it is asked as usual again.
    ///
    /// It is asked for the least that it tells.
    ///
    /// - Parameters:
    ///   - name: the provider.
    ///   - pairs: of which prices are asked for.
    /// - Returns: whether it answered well; `false` also when it is not known, cannot be asked, or its budget is spent.
    package func tryAgain(_ name: String, with pairs: [TradingPair]) async -> Bool {
        guard let place = providers.firstIndex(where: { $0.name == name }) else { return false }
        return switch providers[place] {
        case is any MarketProvider: await tryAgain(place, pricesQuestion(pairs))
        case is any TVLHistoryProvider: await tryAgain(place, tvlQuestion(nil, 1))
        case is any FearGreedProvider: await tryAgain(place, fearGreedQuestion(1))
        default: false
        }
    }

    // MARK: The questions

    private func pricesQuestion(_ pairs: [TradingPair]) -> MarketQuestion<any MarketProvider, [Quote]> {
        let (now, settings) = (now, settings)
        return MarketQuestion(
            category: .exchange,
            weight: { $0.quoteWeight(pairs: pairs.count) },
            // A price that comes later is another one.
            isRepeated: false,
            ask: { provider, limit throws(ProviderError) in
                let answer = try await provider.quotes(QuoteQuery(pairs: pairs, now: now(), limit: limit))
                try MarketSource.check(
                    answer.value,
                    pairs: pairs,
                    ageMax: provider.quoteAgeMax ?? settings.quoteAgeMax,
                    skewMax: settings.clockSkewMax,
                    now: now()
                )
                return answer
            }
        )
    }

    /// Old prices are no prices, and those from the future mean that a clock is wrong.
    private static func check(
        _ quotes: [Quote],
        pairs: [TradingPair],
        ageMax: Duration,
        skewMax: Duration,
        now: Timestamp
    ) throws(ProviderError) {
        guard quotes.map(\.pair) == pairs else { throw ProviderError(.malformed, "other pairs than asked for") }
        for quote in quotes {
            let age = quote.asOf.duration(to: now)
            guard age <= ageMax, age >= .zero - skewMax else {
                throw ProviderError(.outdated, "\(quote.symbol) is of \(quote.asOf)")
            }
        }
    }

    private func tvlQuestion(_ chain: String?, _ count: Int) -> MarketQuestion<any TVLHistoryProvider, TVLHistory> {
        let now = now
        return MarketQuestion(
            category: .defi,
            weight: { $0.tvlHistoryWeight },
            ask: { provider, limit throws(ProviderError) in
                try await provider.tvlHistory(TVLQuery(chain: chain, count: count, now: now(), limit: limit))
            }
        )
    }

    private func fearGreedQuestion(_ count: Int) -> MarketQuestion<any FearGreedProvider, FearGreedIndex> {
        listQuestion(
            .sentiment,
            count,
            weight: { (one: any FearGreedProvider) in one.fearGreedWeight },
            ask: { one, query throws(ProviderError) in try await one.fearGreed(query) }
        )
    }

    private func candlesQuestion(
        of pair: TradingPair,
        _ interval: CandleInterval,
        _ since: Timestamp?,
        _ count: Int
    ) -> MarketQuestion<any MarketProvider, CandleSeries> {
        let now = now
        return MarketQuestion(
            category: .exchange,
            weight: { $0.candleWeight },
            ask: { provider, limit throws(ProviderError) in
                try await provider.candles(
                    CandleQuery(
                        pair: pair,
                        interval: interval,
                        since: since,
                        // One more, because the newest is usually still forming.
                        count: count + 1,
                        now: now(),
                        limit: limit
                    )
                )
            }
        )
    }

    /// A question for something of which there may be many.
    private func listQuestion<Teller, Value>(
        _ category: PoolCategory,
        _ count: Int,
        weight: @escaping @Sendable (Teller) -> Int,
        ask: @escaping @Sendable (Teller, ListQuery) async throws(ProviderError) -> ProviderAnswer<Value>
    ) -> MarketQuestion<Teller, Value> {
        let now = now
        return MarketQuestion(
            category: category,
            weight: weight,
            ask: { provider, limit throws(ProviderError) in
                try await ask(provider, ListQuery(count: count, now: now(), limit: limit))
            }
        )
    }
}
