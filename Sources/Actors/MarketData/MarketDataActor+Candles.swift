import Bus
import Domain
import Logging
import Market
import MarketHistory

/// Closed candles: asked for, kept, and only then told.
///
/// What was told is noted afterwards, so that whatever ends in between, the next start tells again what may not have
/// been: at most the candles of one question. What is kept already is not stored again.
extension MarketDataActor {
    /// When whoever had none of the longer candles is asked again.
    private static let patience: Duration = .seconds(60)

    func askCandles(_ source: MarketSource, _ settings: MarketDataSettings) async throws {
        for pair in settings.pairs {
            try await askCandles(source, CandleTrack(pair: pair, interval: settings.candleInterval, isTold: true))
            guard parts.history != nil else { continue }
            for interval in settings.keptIntervals where interval != settings.candleInterval {
                // Each question may take seconds, and none of them is a sign that the actor is stuck.
                context.progress()
                try await askCandles(source, CandleTrack(pair: pair, interval: interval, isTold: false))
            }
            context.progress()
        }
    }

    private func askCandles(_ source: MarketSource, _ track: CandleTrack) async throws {
        if let moment = nextTries[track], parts.stopwatch.elapsed < moment { return }
        guard try await goOnFromHistory(track), let due = due(track) else { return }
        do {
            let answer = try await closedCandles(due, track, from: source)
            try context.incarnation.check()
            guard let candles = try await keep(answer, due, track) else { return }
            // It may have been shut out while the store was at work.
            try context.incarnation.check()
            let news = parts.board.update { desk in
                if candles.isEmpty { desk.foundNothing(due, of: track.pair, track.interval) }
                return desk.news(in: candles, isSmallest: track.isTold)
            }
            nextTries[track] = candles.isEmpty && !track.isTold ? later : nil
            guard track.isTold else { return }
            try publish(news)
            if let last = candles.last { try await noteTold(through: last.candle.openTime, track) }
        } catch let error as NoSourceError {
            try Task.checkCancellation()
            if !track.isTold { nextTries[track] = later }
            parts.logger.debug(
                "no candles",
                metadata: [
                    "symbol": "\(track.pair)", "timeframe": "\(track.interval.rawValue)", "reason": "\(error)",
                ]
            )
        }
    }

    /// What a stream has seen whole need not be asked for.
    private func closedCandles(
        _ due: CandlesDue,
        _ track: CandleTrack,
        from source: MarketSource
    ) async throws(NoSourceError) -> Sourced<CandleSeries> {
        if let seen = parts.board.update({ $0.streamed(due, of: track.pair, interval: track.interval) }) { return seen }
        return try await source.closedCandles(
            of: track.pair,
            interval: track.interval,
            since: due.since,
            count: due.count
        )
    }

    private var later: Duration { parts.stopwatch.elapsed + Self.patience }

    private func due(_ track: CandleTrack) -> CandlesDue? {
        let now = parts.now()
        let due = parts.board.update { $0.candlesDue(of: track.pair, interval: track.interval, at: now) }
        // The first time there is nothing to follow; longer candles are few, so that some past comes with them.
        if due?.since == nil, due != nil, !track.isTold { return CandlesDue(since: nil, count: MarketDesk.candlesMax) }
        return due
    }

    // MARK: History

    /// Lets the desk go on where the last run of the program ended.
    ///
    /// - Returns: `false` when that cannot be known now, so that nothing must be asked.
    private func goOnFromHistory(_ track: CandleTrack) async throws -> Bool {
        guard let history = parts.history else { return true }
        if parts.board.update({ $0.follows(track.pair, track.interval) }) { return true }
        let last: Timestamp?
        var past: [SourcedCandle] = []
        do throws(HistoryError) {
            last =
                track.isTold
                ? try await history.toldThrough(track.pair, track.interval)
                : try await history.newest(of: track.pair, track.interval)
            if track.isTold, let last {
                let range = parts.board.update { $0.past(of: track.pair, track.interval, upTo: last) }
                past = try await history.kept(of: track.pair, track.interval, in: range, preferring: "")
            }
        } catch {
            try noteTrouble(error)
            return false
        }
        try context.incarnation.check()
        guard let last else { return true }
        let told = past.map { CandleClosed(pair: track.pair, candle: $0.candle, source: $0.source, symbol: "") }
        parts.board.update { desk in
            desk.goOn(after: last, of: track.pair, track.interval)
            desk.resume(told)
        }
        return true
    }

    /// - Returns: what is kept now of what was asked for; `nil` when it could not be stored.
    private func keep(
        _ answer: Sourced<CandleSeries>,
        _ due: CandlesDue,
        _ track: CandleTrack
    ) async throws -> [CandleClosed]? {
        let series = answer.value
        func closed(_ candle: Candle, _ source: String) -> CandleClosed {
            // The name that another source has for the market is not kept: ours stands for it.
            let symbol = source == answer.source ? series.symbol : track.pair.text
            return CandleClosed(pair: track.pair, candle: candle, source: source, symbol: symbol)
        }
        guard let history = parts.history else { return series.candles.map { closed($0, answer.source) } }
        let name = CandleSeriesName(pair: track.pair, interval: track.interval, source: answer.source)
        let question = CandleQuestion(interval: track.interval, since: due.since, count: due.count)
        do throws(HistoryError) {
            if track.isTold, due.since == nil, let first = series.candles.first {
                // Where the station ends before it has told its first candle, it goes on with that.
                try await history.noteTold(
                    through: first.openTime.advanced(by: .zero - track.interval.duration),
                    of: track.pair,
                    track.interval
                )
            }
            let report = try await history.save(series.candles, of: name)
            if let covered = question.covered(by: series.candles, at: parts.now()) {
                try await history.noteAsked(covered, of: name)
            }
            noteConflicts(report, track, answer.source)
            guard let start = due.since ?? series.candles.first?.openTime else { return [] }
            let end = start.advanced(by: track.interval.duration * due.count)
            let kept = try await history.kept(
                of: track.pair,
                track.interval,
                in: start..<max(end, series.candles.last?.closeTime ?? end),
                preferring: answer.source
            )
            noteRecovery()
            return kept.map { closed($0.candle, $0.source) }
        } catch {
            try noteTrouble(error)
            return nil
        }
    }

    private func noteTold(through openTime: Timestamp, _ track: CandleTrack) async throws {
        guard let history = parts.history else { return }
        do throws(HistoryError) {
            try await history.noteTold(through: openTime, of: track.pair, track.interval)
        } catch {
            // The next one says it for this one too.
            try noteTrouble(error)
        }
    }

    // MARK: For the operator

    private func noteTrouble(_ error: HistoryError) throws {
        // The store says so too when it is left in the middle of something.
        try Task.checkCancellation()
        guard !isStoreFailing else { return }
        isStoreFailing = true
        parts.logger.warning(
            "candles cannot be stored, so none are told until they can",
            metadata: ["error": "\(error)"]
        )
    }

    private func noteRecovery() {
        guard isStoreFailing else { return }
        isStoreFailing = false
        parts.logger.notice("candles are stored again")
    }

    private func noteConflicts(_ report: CandleSaveReport, _ track: CandleTrack, _ source: String) {
        guard report.conflictCount > 0 else { return }
        parts.logger.warning(
            "a source tells other candles than before; the first ones stay",
            metadata: [
                "provider": "\(source)", "symbol": "\(track.pair)", "timeframe": "\(track.interval.rawValue)",
                "count": "\(report.conflictCount)",
            ]
        )
    }
}

/// The candles of one pair and interval.
struct CandleTrack: Hashable, Sendable {
    let pair: TradingPair
    let interval: CandleInterval
    /// Whether they are told on the bus, and not only kept.
    let isTold: Bool
}
