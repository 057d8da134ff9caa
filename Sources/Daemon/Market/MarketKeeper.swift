import Actors
import Bus
import Domain
import Logging
import Market
import Store
import Telemetry

/// Looks after those who tell of the market: says when one does better or worse or is nearly used up, finds out when one
/// that was left alone is well again, and keeps what was counted.
struct MarketKeeper: SupervisedActor {
    struct Parts: Sendable {
        let feed: MarketFeed
        let discovery: DiscoveryDesk
        let counts: MarketCounts
        let bus: EventBus
        let pairs: @Sendable () -> [TradingPair]
        /// How often those that are left alone after failures are asked, and what was counted is stored.
        let probeEvery: @Sendable () -> Duration
        let now: @Sendable () -> Timestamp
        var stopwatch = Stopwatch(ContinuousClock())
    }

    /// How often it looks how they are doing.
    private static let lookEvery: Duration = .seconds(1)

    let name: ActorName
    private let context: ActorContext
    private let parts: Parts
    private let publisher: Publisher
    private let logger = Logger(label: "market")

    init(_ context: ActorContext, parts: Parts) {
        name = context.name
        self.context = context
        self.parts = parts
        publisher = Publisher(bus: parts.bus, incarnation: context.incarnation)
    }

    func run() async throws {
        context.ready()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The checks take as long as a provider is silent, and looking goes on meanwhile.
            group.addTask { try await every(parts.probeEvery) { await check() } }
            var (statuses, limits) = (StatusWatch(), LimitWatch())
            try await every({ MarketKeeper.lookEvery }) { try look(&statuses, &limits) }
            group.cancelAll()
        }
    }

    /// Does something again and again until it is told to stop.
    private func every(_ interval: () -> Duration, _ body: () async throws -> Void) async throws {
        while !Task.isCancelled {
            try await body()
            context.progress()
            do {
                try await parts.stopwatch.sleep(for: interval())
            } catch {
                return
            }
        }
    }

    // MARK: Looking

    private func look(_ statuses: inout StatusWatch, _ limits: inout LimitWatch) throws {
        let (elapsed, now) = (parts.stopwatch.elapsed, parts.now())
        for standing in parts.feed.standings {
            if let change = statuses.observe(standing.name, standing.status(at: now), at: elapsed) {
                try tell(change, of: standing, at: now)
            }
            for usage in limits.near(standing.budget.usage(at: now), of: standing.name, at: now) {
                try tell(usage, of: standing)
            }
        }
    }

    private func tell(_ change: StatusWatch.Change, of standing: ProviderStanding, at now: Timestamp) throws {
        let reason = standing.reason(of: change.to)
        let metadata: Logger.Metadata = [
            LogKey.provider: "\(standing.name)", "from": "\(change.from.rawValue)", "to": "\(change.to.rawValue)",
            LogKey.reason: "\(reason)",
        ]
        if change.to.isAvailable {
            logger.notice("a provider of market data does better or worse", metadata: metadata)
        } else {
            logger.warning("a provider of market data is left alone", metadata: metadata)
        }
        try publisher.publish(
            ProviderStateChanged(
                provider: standing.name,
                category: standing.categories.first?.rawValue ?? "",
                from: change.from.rawValue,
                to: change.to.rawValue,
                reason: reason,
                at: now
            )
        )
    }

    private func tell(_ usage: WindowUsage, of standing: ProviderStanding) throws {
        logger.warning(
            "a provider of market data has nearly been asked as much as it is asked at most",
            metadata: [
                LogKey.provider: "\(standing.name)", "window": "\(usage.window.length.text)",
                LogKey.count: "\(usage.used)", "usable": "\(usage.usable)",
            ]
        )
        try publisher.publish(
            ProviderLimitNeared(
                provider: standing.name,
                window: usage.window.length.text,
                used: usage.used,
                usable: usage.usable,
                limit: usage.window.limit,
                endsAt: usage.endsAt
            )
        )
    }

    // MARK: Checking

    /// One after the other: whoever is silent has a few seconds each.
    private func check() async {
        for standing in parts.feed.standingsInUse where standing.isShutByFailures && !parts.feed.isReplay {
            _ = await parts.feed.tryAgain(standing.name, with: parts.pairs())
            context.progress()
            if Task.isCancelled { return }
        }
        do throws(StoreError) {
            try await parts.counts.save()
        } catch {
            // It is tried again with the next turn; what is counted here still holds.
            logger.warning("what providers were asked is not stored", metadata: [LogKey.error: "\(error)"])
        }
        do throws(DiscoveryDesk.Failure) {
            try await parts.discovery.refresh()
        } catch {
            // Likewise.
            logger.warning("who is to be asked cannot be read", metadata: [LogKey.error: "\(error)"])
        }
    }
}

extension ProviderStanding {
    /// Why it is doing as it is, in a few words.
    func reason(of status: PoolMemberStatus) -> String {
        switch status {
        case .online: "it answers"
        case .unavailable: obstacle ?? "it cannot be asked"
        case .rateLimited where lastError?.closesAtOnce != true: "it was asked as much as we ask it"
        case .degraded, .offline, .rateLimited: lastError?.description ?? "it has not answered"
        }
    }
}
