import Actors
import Bus
import Domain
import HTTPClient
import Jobs
import Logging
import Market
import MarketHistory
import Telemetry

/// Asks addresses that may be further providers what a provider is asked, and proposes those that answer well.
///
/// It changes nobody's routing: what is proposed waits for an admin. A round that was interrupted goes on where it was.
struct ProviderDiscovery: Sendable {
    let station: Station
    let feed: MarketFeed
    var stopwatch = Stopwatch(ContinuousClock())
    private let logger = Logger(label: "market")

    static let kind = "discover-providers"

    init(station: Station, feed: MarketFeed, stopwatch: Stopwatch = Stopwatch(ContinuousClock())) {
        self.station = station
        self.feed = feed
        self.stopwatch = stopwatch
    }

    private var proposals: ProposalRepository { station.records.proposals }

    var handlers: [JobHandler] {
        [
            // A candidate that is silent takes some seconds for each question.
            JobHandler(
                kind: Self.kind,
                queue: MarketJobs.queue,
                timeout: .seconds(1800),
                retry: RetryPolicy(base: .seconds(60))
            ) { _, context in try await discover(by: context.id) }
        ]
    }

    /// Looked at every hour; how much time is between two rounds is the setting's business.
    var schedules: [ScheduleDefinition] {
        var schedule = ScheduleDefinition(
            name: Self.kind,
            cron: "37 * * * *",
            queue: MarketJobs.queue,
            kind: Self.kind
        )
        schedule.catchUp = .skip
        return [schedule]
    }

    private static func skipped(_ reason: String) -> JobOutcome { .completed(result: #"{"skipped":"\#(reason)"}"#) }

    private func discover(by job: UUIDv7) async throws -> JobOutcome {
        let configuration = station.settings.current.configuration
        let settings = configuration.market.discovery
        guard settings.enabled else { return Self.skipped("discovery is off") }
        guard !feed.isReplay else { return Self.skipped("recorded candles are played") }
        let interval = Duration.seconds(settings.intervalHours * 3600)
        let since: Timestamp
        switch try await proposals.begin(by: job, atMostEvery: interval) {
        case .tooEarly(let last): return Self.skipped("the last round began at \(last)")
        case .open(let start): since = start
        }
        let round = DiscoveryRound(
            candidates: settings.candidates.all.filter { kind, address in
                CandidateAddress(configuration.market.address(of: kind)) != address
            },
            known: try await proposals.all(),
            since: since
        )
        let http = try CurlTransport(config: HTTPClientConfig(configuration, asking: round.toAsk.map(\.address)))
        let result: Result<Counts, any Error>
        do {
            result = .success(try await ask(round, over: http, configuration.market))
        } catch {
            result = .failure(error)
        }
        await http.shutdown()
        let counts = try result.get()
        return .completed(
            result: #"{"asked":\#(round.toAsk.count),"proposed":\#(counts.proposed),"refused":\#(counts.refused)}"#
        )
    }

    private struct Counts {
        var proposed = 0
        var refused = 0
    }

    /// One after the other: nobody waits for it.
    private func ask(_ round: DiscoveryRound, over http: any HTTPTransport, _ settings: MarketConfig) async throws
        -> Counts
    {
        var counts = Counts()
        let metered = MeteredTransport(http, station.instruments.metrics)
        for candidate in round.toAsk {
            try Task.checkCancellation()
            let provider = candidate.kind.adapter(
                called: candidate.kind.rawValue,
                at: candidate.address.text,
                keys: .none,
                over: CandidateTransport(metered, candidate.address)
            )
            guard let pair = MarketDataSettings(settings).pairs.first else { break }
            let report = try await CandidateProbe(provider, stopwatch: stopwatch, now: station.now)
                .run(pair, comparison(of: pair, settings))
            try await note(report, of: candidate, &counts)
        }
        for absent in round.absent {
            let report = CandidateReport(
                checks: [.init("listed", .failed, "it is no candidate any more")],
                latency: absent.report.latency
            )
            _ = try await proposals.note(report, of: absent.kind, at: absent.address)
        }
        return counts
    }

    private func note(
        _ report: CandidateReport,
        of candidate: DiscoveryRound.Candidate,
        _ counts: inout Counts
    ) async throws {
        let noted = try await proposals.note(report, of: candidate.kind.rawValue, at: candidate.address.text)
        if report.isGood { counts.proposed += 1 } else { counts.refused += 1 }
        guard noted.isNews else { return }
        logger.notice(
            "an address is proposed as a provider of market data",
            metadata: [LogKey.provider: "\(noted.id)", LogKey.endpoint: "\(candidate.address.text)"]
        )
    }

    /// What the station has heard of the pair lately.
    private func comparison(of pair: TradingPair, _ settings: MarketConfig) -> PriceComparison {
        let known = feed.board.tick(of: pair).flatMap { known -> PriceComparison.Known? in
            let age = known.receivedAt.duration(to: station.now())
            guard age <= .seconds(settings.staleAfterSeconds), !known.tick.isReplayed else { return nil }
            return PriceComparison.Known(price: known.tick.price, source: known.tick.source)
        }
        return PriceComparison(known: known, tolerancePercent: settings.discovery.tolerancePercent)
    }
}

/// Whom a round of questions is about, as a value.
struct DiscoveryRound: Sendable {
    struct Candidate: Hashable, Sendable {
        let kind: MarketConfig.Provider
        let address: CandidateAddress
    }

    /// Those nobody has decided about, and that were not asked in this round yet.
    let toAsk: [Candidate]
    /// Those that wait to be accepted, and are no candidates any more.
    let absent: [ProviderProposal]

    /// - Parameters:
    ///   - candidates: all that there are.
    ///   - known: what was found out about any before.
    ///   - since: when the round began.
    init(
        candidates: [(kind: MarketConfig.Provider, address: CandidateAddress)],
        known: [ProviderProposal],
        since: Timestamp
    ) {
        toAsk = candidates.map { Candidate(kind: $0.kind, address: $0.address) }.filter { candidate in
            let before = known.first { $0.kind == candidate.kind.rawValue && $0.address == candidate.address.text }
            return before.map { !$0.status.isDecided && $0.lastChecked < since } ?? true
        }
        absent = known.filter { proposal in
            proposal.status == .proposed
                && !candidates.contains { $0.kind.rawValue == proposal.kind && $0.address.text == proposal.address }
        }
    }
}
