package import Bus
package import Domain

/// Asks a candidate what it would be asked as a provider: the same questions, by the same adapter, under the same limits.
package struct CandidateProbe: Sendable {
    private let provider: any DataProvider
    private let source: MarketSource

    /// - Parameters:
    ///   - provider: the adapter, with the candidate's address.
    ///   - stopwatch: measures and waits.
    ///   - now: what time it is.
    package init(
        _ provider: any DataProvider,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.provider = provider
        // A chain of one: what it calls an answer here is what it will call one later.
        source = MarketSource(providers: [provider], stopwatch: stopwatch, now: now)
    }

    /// How many of a list it is asked for.
    private static let count = 3

    /// Asks one question after the other, until one is answered badly.
    ///
    /// - Parameters:
    ///   - pair: whose price it is asked for.
    ///   - comparison: what the price is held against.
    /// - Returns: what came of it.
    /// - Throws: `CancellationError` when it is given up, which says nothing about the candidate.
    package func run(_ pair: TradingPair, _ comparison: PriceComparison) async throws -> CandidateReport {
        if let obstacle = provider.obstacle {
            return CandidateReport(checks: [.init("set-up", .failed, obstacle)], latency: nil)
        }
        var checks: [CandidateReport.Check] = []
        var latency: Duration?
        for question in questions(pair, comparison) {
            let found = try await question()
            checks += found
            latency = latency ?? source.standings.first?.lastLatency
            if found.contains(where: { $0.outcome == .failed }) { break }
        }
        return CandidateReport(checks: checks, latency: latency)
    }

    private typealias Question = () async throws -> [CandidateReport.Check]

    /// All that it can be asked, the price first.
    private func questions(_ pair: TradingPair, _ comparison: PriceComparison) -> [Question] {
        var questions: [Question] = []
        let count = CandidateProbe.count
        if provider is any MarketProvider {
            questions.append { try await prices(pair, comparison) }
            questions.append {
                try await ask("candles", whereUntold: .unknown) { () throws(NoSourceError) in
                    try await source.candles(of: pair, interval: .oneHour, since: nil, count: count)
                }
            }
        }
        if provider is any MarketOverviewProvider {
            questions.append {
                try await ask("overview") { () throws(NoSourceError) in try await source.overview(count: count) }
            }
        }
        if provider is any TrendingProvider {
            questions.append {
                try await ask("trending") { () throws(NoSourceError) in try await source.trending(count: count) }
            }
        }
        // The list of all protocols is many megabytes; whoever tells this well is no stranger to it.
        if provider is any TVLHistoryProvider {
            questions.append {
                try await ask("tvl-history") { () throws(NoSourceError) in
                    try await source.tvlHistory(of: nil, count: 1)
                }
            }
        }
        if provider is any FearGreedProvider {
            questions.append {
                try await ask("fear-greed") { () throws(NoSourceError) in try await source.fearGreed(count: 1) }
            }
        }
        return questions
    }

    /// That it answers, and that what it says is so.
    private func prices(_ pair: TradingPair, _ comparison: PriceComparison) async throws -> [CandidateReport.Check] {
        var quote: Quote?
        let answered = try await ask("answer") { () throws(NoSourceError) in
            let told = try await source.quotes(of: [pair])
            quote = told.value.first
            return told
        }
        return answered + (quote.map { [comparison.check($0.price, of: pair)] } ?? [])
    }

    /// - Parameters:
    ///   - name: of the check.
    ///   - untold: what it means that it does not know what it is asked for.
    ///   - question: asks it.
    /// - Returns: the check.
    /// - Throws: `CancellationError`.
    private func ask<Value>(
        _ name: String,
        whereUntold untold: CandidateReport.Check.Outcome = .failed,
        _ question: () async throws(NoSourceError) -> Sourced<Value>
    ) async throws -> [CandidateReport.Check] {
        do throws(NoSourceError) {
            _ = try await question()
            return [CandidateReport.Check(name, .passed, "it answers")]
        } catch {
            try Task.checkCancellation()
            if error.wasCancelled { throw CancellationError() }
            guard let failure = error.attempts.last?.error else {
                return [CandidateReport.Check(name, .failed, "it was not asked in time")]
            }
            let outcome: CandidateReport.Check.Outcome =
                switch failure.code {
                case .unknownMarket: untold
                // It is we who do not ask more now.
                case .overBudget: .unknown
                default: .failed
                }
            return [CandidateReport.Check(name, outcome, failure.debugDescription)]
        }
    }
}
