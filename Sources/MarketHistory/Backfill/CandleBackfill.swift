package import Bus
package import Domain
package import Market

/// Brings old candles, question by question, at a bounded pace.
package struct CandleBackfill: Sendable {
    /// What is to be brought.
    package struct Order: Hashable, Sendable {
        package let pair: TradingPair
        package let interval: CandleInterval
        package let range: Range<Timestamp>
        /// Whom alone to ask; `nil` for whoever tells candles that old.
        package let source: String?

        package init(pair: TradingPair, interval: CandleInterval, range: Range<Timestamp>, source: String? = nil) {
            self.pair = pair
            self.interval = interval
            self.range = range
            self.source = source
        }
    }

    private let candles: CandleRepository
    private let fetcher: CandleFetcher
    /// Between two questions.
    private let pause: Duration
    private let stopwatch: Stopwatch
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - source: whom to ask; its providers' limits hold.
    ///   - candles: where they are kept.
    ///   - pause: from an answer to the next question.
    ///   - stopwatch: measures and waits.
    ///   - now: what time it is.
    package init(
        source: MarketSource,
        candles: CandleRepository,
        pause: Duration,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.candles = candles
        fetcher = CandleFetcher(source: source, candles: candles, now: now)
        self.pause = pause
        self.stopwatch = stopwatch
        self.now = now
    }

    /// Works on an order for a while; what was asked for is noted with each answer, so that the next call goes on there.
    ///
    /// - Parameters:
    ///   - order: what is to be brought.
    ///   - time: no question is asked any more after that.
    /// - Returns: whether all was asked for; the last minutes before now are left, as exchanges tell them late.
    /// - Throws: `FetchError`, or `CancellationError` between two questions.
    package func work(on order: Order, for time: Duration) async throws -> Bool {
        let plan = BackfillPlan(range: order.range, interval: order.interval, now: now())
        let end = stopwatch.elapsed + time
        var place = plan.range.lowerBound
        while true {
            try Task.checkCancellation()
            let asked: TimeRanges
            do {
                asked = try await candles.asked(of: order.pair, order.interval, from: order.source, in: plan.range)
            } catch {
                throw FetchError.notKept(error)
            }
            guard let stretch = plan.next(after: asked, from: place) else { return true }
            guard stopwatch.elapsed < end else { return false }
            let known = try await fetcher.fetch(stretch, of: order.pair, order.interval, from: order.source)
                .knownThrough
            // An answer that says nothing is not asked for again in this round.
            if known <= stretch.lowerBound { place = stretch.upperBound }
            try await stopwatch.sleep(for: pause)
        }
    }

    /// Asks once more for what is missing since a moment, also where somebody was asked before: a source that had lost a
    /// candle may have found it.
    ///
    /// What came before the first candle that is kept was never followed, and is not missing.
    /// - Parameters:
    ///   - pair: what is traded.
    ///   - interval: how much time a candle covers.
    ///   - start: since when.
    ///   - questionsMax: the most questions.
    /// - Returns: how many candles were found.
    /// - Throws: `FetchError`, or `CancellationError` between two questions.
    package func fillHoles(
        of pair: TradingPair,
        _ interval: CandleInterval,
        since start: Timestamp,
        questionsMax: Int
    ) async throws -> Int {
        let settled = interval.start(of: now().advanced(by: .zero - CandleQuestion.settlingTime))
        guard start < settled else { return 0 }
        let holes: [CandleHole]
        do throws(HistoryError) {
            let page = try await candles.candles(of: pair, interval, in: start..<settled, limit: 1)
            guard let first = page.rows.first?.candle.openTime else { return 0 }
            holes = try await candles.holes(of: pair, interval, in: first..<settled, limit: questionsMax).holes
        } catch {
            throw FetchError.notKept(error)
        }
        var found = 0
        for hole in holes {
            try Task.checkCancellation()
            let end = hole.gap.from.advanced(by: interval.duration * BackfillPlan.pageMax)
            found += try await fetcher.fetch(hole.gap.from..<min(hole.gap.to, end), of: pair, interval).report.inserted
            try await stopwatch.sleep(for: pause)
        }
        return found
    }
}
