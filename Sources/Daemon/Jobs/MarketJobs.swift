import Actors
import Bus
import Domain
import Jobs
import Logging
import Market
import MarketHistory
import Telemetry

/// What is kept of the markets at certain times: prices, DeFi, and what the market's actor could not get.
///
/// A schedule has each of its times once, however often the station is started, and what a job stores it does not store
/// again when it is repeated.
struct MarketJobs: Sendable {
    let station: Station
    let feed: MarketFeed
    let logger = Logger(label: "market")

    static let queue: QueueName = "market"
    private static let pricesKind = "store-prices"
    private static let defiKind = "store-defi"
    private static let gapsKind = "fill-candle-gaps"

    var settings: MarketConfig { station.settings.current.configuration.market }
    var records: MarketRecords { station.records }

    var handlers: [JobHandler] {
        [
            JobHandler(kind: Self.pricesKind, queue: Self.queue, timeout: .seconds(60)) { _, _ in
                try await storePrices()
            },
            JobHandler(
                kind: Self.defiKind,
                queue: Self.queue,
                timeout: .seconds(180),
                retry: RetryPolicy(base: .seconds(60))
            ) { _, _ in try await storeDefi() },
            JobHandler(kind: Self.gapsKind, queue: Self.queue, timeout: .seconds(1800)) { _, _ in
                try await fillGaps()
            },
            backfillHandler,
        ]
    }

    var schedules: [ScheduleDefinition] {
        var prices = ScheduleDefinition(
            name: Self.pricesKind,
            cron: "*/5 * * * *",
            queue: Self.queue,
            kind: Self.pricesKind
        )
        // What the prices were while nobody looked is not known afterwards.
        prices.catchUp = .skip
        var defi = ScheduleDefinition(name: Self.defiKind, cron: "7 * * * *", queue: Self.queue, kind: Self.defiKind)
        defi.catchUp = .skip
        let gaps = ScheduleDefinition(name: Self.gapsKind, cron: "11 * * * *", queue: Self.queue, kind: Self.gapsKind)
        return [prices, defi, gaps]
    }

    /// Recorded candles are no history of ours.
    private static let replayed = JobOutcome.completed(result: #"{"skipped":"recorded candles are played"}"#)

    // MARK: Prices

    private func storePrices() async throws -> JobOutcome {
        guard !feed.isReplay else { return Self.replayed }
        let ticks = MarketDataSettings(settings).pairs.compactMap { feed.board.tick(of: $0)?.tick }
        let report = try await records.prices.append(
            ticks.filter { !$0.isReplayed }.map {
                PriceObservation(pair: $0.pair, source: $0.source, price: $0.price, asOf: $0.asOf)
            }
        )
        return .completed(result: #"{"stored":\#(report.inserted),"known":\#(report.unchanged)}"#)
    }

    // MARK: DeFi

    private func storeDefi() async throws -> JobOutcome {
        guard let source = feed.liveSource else { return Self.replayed }
        let count = settings.history.defiProtocols
        guard count > 0 else { return .completed(result: #"{"skipped":"no protocols are wanted"}"#) }
        let now = station.now()
        if let newest = try await records.defi.newest(), newest.asOf >= CandleInterval.oneHour.start(of: now) {
            return .completed(result: #"{"skipped":"this hour is kept already"}"#)
        }
        let ranking: ProtocolRanking
        do throws(NoSourceError) {
            ranking = try await source.protocols(count: count).value
        } catch {
            throw JobError(.transient, error.description)
        }
        let snapshot = DefiSnapshot(ranking, total: await total(from: source, at: now))
        let stored = try await records.defi.save(snapshot)
        return .completed(result: #"{"stored":\#(stored)}"#)
    }

    /// What the source reckons for all protocols; a snapshot without it is still one.
    private func total(from source: MarketSource, at now: Timestamp) async -> ExactDecimal? {
        do throws(NoSourceError) {
            let history = try await source.tvlHistory(of: nil, count: 1).value
            return (history.partial ?? history.days.last).flatMap { newest in
                newest.time.duration(to: now) <= .seconds(2 * 86_400) ? newest.tvl : nil
            }
        } catch {
            logger.warning(
                "the value of all DeFi protocols is not known",
                metadata: [LogKey.error: "\(error)"]
            )
            return nil
        }
    }

    // MARK: Gaps

    /// Candles that are missing are asked for again for so long: at least as many hours as days have candles.
    private static let gapAge: Duration = .seconds(48 * 3600)
    /// For one pair and interval.
    private static let gapQuestionsMax = 20

    private func fillGaps() async throws -> JobOutcome {
        guard let source = feed.liveSource else { return Self.replayed }
        let market = MarketDataSettings(settings)
        let backfill = backfill(source)
        var found = 0
        do {
            for pair in market.pairs {
                for interval in Set([market.candleInterval] + market.keptIntervals).sorted(by: {
                    $0.seconds < $1.seconds
                }) {
                    let age = max(Self.gapAge, interval.duration * 7)
                    found += try await backfill.fillHoles(
                        of: pair,
                        interval,
                        since: interval.start(of: station.now().advanced(by: .zero - age)),
                        questionsMax: Self.gapQuestionsMax
                    )
                }
            }
        } catch let error as FetchError {
            if case .notKept = error { throw error }
            try Task.checkCancellation()
            // In an hour they are asked for again.
            logger.notice("missing candles are not told now", metadata: [LogKey.reason: "\(error)"])
        }
        if found > 0 { logger.notice("missing candles were found", metadata: [LogKey.count: "\(found)"]) }
        return .completed(result: #"{"found":\#(found)}"#)
    }

    func backfill(_ source: MarketSource) -> CandleBackfill {
        CandleBackfill(
            source: source,
            candles: records.candles,
            pause: .seconds(settings.history.backfillPauseSeconds),
            now: station.now
        )
    }
}

extension DefiSnapshot {
    /// What one answer says of the protocols as a whole, not of their chains, and of all of them together.
    init(_ ranking: ProtocolRanking, total: ExactDecimal?) {
        var seen: Set<String> = [DefiRepository.totalSlug]
        var protocols = ranking.protocols.compactMap { value -> DefiProtocol? in
            // Longer names than are kept would be no names.
            guard [value.slug, value.name].allSatisfy({ (1...200).contains($0.utf8.count) }),
                seen.insert(value.slug).inserted
            else { return nil }
            return DefiProtocol(
                slug: value.slug,
                name: value.name,
                chain: DefiRepository.wholeChain,
                tvl: value.tvl
            )
        }
        if let total {
            protocols.append(
                DefiProtocol(
                    slug: DefiRepository.totalSlug,
                    name: "All protocols",
                    chain: DefiRepository.wholeChain,
                    tvl: total
                )
            )
        }
        self.init(asOf: ranking.asOf, protocols: protocols)
    }
}
