package import Bus
package import Domain
package import Market

/// Asks for old candles and keeps them, together with the note that they were asked for.
package struct CandleFetcher: Sendable {
    private let source: MarketSource
    private let candles: CandleRepository
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - source: whom to ask.
    ///   - candles: where they are kept.
    ///   - now: what time it is.
    package init(source: MarketSource, candles: CandleRepository, now: @escaping @Sendable () -> Timestamp) {
        self.source = source
        self.candles = candles
        self.now = now
    }

    /// Asks for one stretch.
    ///
    /// - Parameters:
    ///   - stretch: from an opening to an opening, at most `BackfillPlan.pageMax` candles.
    ///   - pair: what is traded.
    ///   - interval: how much time a candle covers.
    ///   - name: whom alone to ask; `nil` for whoever tells candles that old.
    /// - Returns: what became of the candles, and up to where it is known now which there are: the stretch's beginning
    ///   when the answer says nothing.
    /// - Throws: `FetchError`.
    package func fetch(
        _ stretch: Range<Timestamp>,
        of pair: TradingPair,
        _ interval: CandleInterval,
        from name: String? = nil
    ) async throws(FetchError) -> (report: CandleSaveReport, knownThrough: Timestamp) {
        let question = CandleQuestion(
            interval: interval,
            since: stretch.lowerBound,
            count: interval.openings(in: stretch)
        )
        var names = source.namesReaching(back: stretch.lowerBound, interval: interval)
        if let name { names.formIntersection([name]) }
        guard !names.isEmpty else { throw .nobodyReaches(stretch.lowerBound) }
        // What is due now goes first.
        let free = source.namesWithRoom(among: names)
        guard !free.names.isEmpty else { throw .unanswered(.sparing(names, wait: free.wait)) }
        let answer: Sourced<CandleSeries>
        do {
            answer = try await source.closedCandles(
                of: pair,
                interval: interval,
                since: question.since,
                count: question.count,
                among: free.names
            )
        } catch {
            throw .unanswered(error)
        }
        let series = CandleSeriesName(pair: pair, interval: interval, source: answer.source)
        do {
            let report = try await candles.save(answer.value.candles, of: series)
            let covered = question.covered(by: answer.value.candles, at: now())
            if let covered { try await candles.noteAsked(covered, of: series) }
            return (report, covered?.upperBound ?? stretch.lowerBound)
        } catch {
            throw .notKept(error)
        }
    }
}

extension NoSourceError {
    /// Nobody was asked, to leave what is left of the allowances to others.
    fileprivate static func sparing(_ names: Set<String>, wait: Duration?) -> NoSourceError {
        NoSourceError(
            attempts: names.sorted().map {
                Attempt(provider: $0, error: ProviderError(.overBudget), wasAsked: false)
            },
            retryAfter: wait,
            wasCancelled: false
        )
    }
}

/// Why old candles were not brought.
package enum FetchError: Error, Sendable, CustomStringConvertible {
    /// Nobody who may be asked tells candles that old.
    case nobodyReaches(Timestamp)
    case unanswered(NoSourceError)
    case notKept(HistoryError)

    /// Safe to log and to show.
    package var description: String {
        switch self {
        case .nobodyReaches(let time): "no provider that may be asked tells candles as old as \(time)"
        case .unanswered(let error): "\(error)"
        case .notKept(let error): "the candles cannot be stored: \(error)"
        }
    }
}
